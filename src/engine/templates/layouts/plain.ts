import { COLOR_SCHEME, FONT, type LayoutSource, TEXT_FOOTER, UNSUBSCRIBE_LINK } from './layout.ts'

/** Like a letter: no card, no colour but the button's, the sender's name at the end. */
export const plain: LayoutSource = {
  section: '<mj-section padding="0 24px">',
  textFooter: TEXT_FOOTER,
  mjml: `<mjml lang="{{locale}}">
  <mj-head>
    <mj-title>%title%</mj-title>
    %preview%
    ${COLOR_SCHEME}
    <mj-attributes>
      <mj-all font-family="${FONT}" />
      <mj-section padding="0" />
      <mj-column padding="0" />
      <mj-text padding="0 0 16px" font-size="16px" line-height="1.6" color="#1f2937" css-class="text" />
      <mj-table padding="0 0 16px" font-size="15px" line-height="1.6" color="#1f2937" css-class="text" />
      <mj-divider padding="8px 0 24px" border-width="1px" border-color="#e5e7eb" css-class="rule" />
      <mj-image padding="0 0 16px" />
      <mj-button align="left" padding="4px 0 20px" inner-padding="11px 22px" border-radius="6px" font-size="15px" font-weight="600" line-height="20px" background-color="{{color organization.brand.color}}" color="{{colorOn organization.brand.color}}" css-class="button" />
    </mj-attributes>
    <mj-style>
      h1 { margin: 0 0 16px; font-size: 20px; line-height: 1.4; font-weight: 600; }
      h2 { margin: 8px 0 8px; font-size: 17px; line-height: 1.4; font-weight: 600; }
      .text a { color: inherit; text-decoration: underline; }
      .muted { color: #6b7280; }
      @media (prefers-color-scheme: dark) {
        body, .page, .page > div { background: #15171c !important; }
        .text div, .text table, .text td, .text h1, .text h2 { color: #e8eaed !important; }
        .text .muted, .text .bar, .footer div { color: #9aa1ad !important; }
        .rule p, .text tr, .text td, .text th { border-color: #343945 !important; }
        .button td, .button a { border: 1px solid rgba(255, 255, 255, 0.16); }
      }
    </mj-style>
  </mj-head>
  <mj-body width="600px" background-color="#ffffff" css-class="page">
    <mj-wrapper padding="24px 0 0">
      %body%
    </mj-wrapper>
    <mj-section padding="8px 24px 32px">
      <mj-column>
        <mj-text padding="0" font-size="14px" line-height="1.6" color="#6b7280" css-class="footer text"><strong>{{organization.name}}</strong>{{#if organization.brand.address}}<br>{{lines organization.brand.address}}{{/if}}{{#if organization.brand.website}}<br><a href="{{url organization.brand.website}}">{{organization.brand.website}}</a>{{/if}}${UNSUBSCRIBE_LINK}</mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>`,
}
