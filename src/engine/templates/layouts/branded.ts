import { COLOR_SCHEME, FONT, type LayoutSource, TEXT_FOOTER, UNSUBSCRIBE_LINK } from './layout.ts'

/** The organization's logo (or name) over a card with a line in its colour; buttons in the same colour; name and address below. */
export const branded: LayoutSource = {
  section: '<mj-section padding="36px 40px 20px" css-class="card-inner">',
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
      <mj-button align="left" padding="8px 0 24px" inner-padding="14px 28px" border-radius="8px" font-size="16px" font-weight="600" line-height="20px" background-color="{{color organization.brand.color}}" color="{{colorOn organization.brand.color}}" css-class="button" />
    </mj-attributes>
    <mj-style>
      h1 { margin: 0 0 16px; font-size: 24px; line-height: 1.3; font-weight: 700; letter-spacing: -0.01em; }
      h2 { margin: 8px 0 8px; font-size: 18px; line-height: 1.4; font-weight: 600; }
      .text a { color: inherit; text-decoration: underline; }
      .muted { color: #6b7280; }
      @media only screen and (max-width: 480px) {
        .card-inner > table > tbody > tr > td { padding: 28px 20px 12px !important; }
        .edge > table > tbody > tr > td { padding-left: 20px !important; padding-right: 20px !important; }
        h1 { font-size: 22px !important; }
        .button table, .button td { width: 100% !important; }
        .button a { display: block !important; text-align: center !important; }
      }
      @media (prefers-color-scheme: dark) {
        body, .page, .page > div { background: #0f1115 !important; }
        .card > table, .card-inner, .card-inner > table { background: #1b1e25 !important; }
        .text div, .text table, .text td, .text h1, .text h2 { color: #e8eaed !important; }
        .text .muted, .text .bar, .footer div { color: #9aa1ad !important; }
        .rule p, .text tr, .text td, .text th { border-color: #343945 !important; }
        .button td, .button a { border: 1px solid rgba(255, 255, 255, 0.16); }
      }
      [data-ogsc] .text div, [data-ogsc] .text td { color: #e8eaed !important; }
      [data-ogsb] .card > table, [data-ogsb] .card-inner > table { background: #1b1e25 !important; }
    </mj-style>
  </mj-head>
  <mj-body width="600px" background-color="#f3f4f6" css-class="page">
    <mj-section padding="32px 40px 20px" css-class="edge">
      <mj-column>
        <mj-text padding="0" font-size="20px" font-weight="700" line-height="40px" css-class="text brand">{{#if organization.brand.logoUrl}}<img src="{{url organization.brand.logoUrl}}" alt="{{organization.name}}" height="40" style="height:40px;width:auto;max-width:260px;border:0;display:block">{{else}}{{organization.name}}{{/if}}</mj-text>
      </mj-column>
    </mj-section>
    <mj-wrapper padding="0" background-color="#ffffff" border-radius="12px" border-top="4px solid {{color organization.brand.color}}" css-class="card">
      %body%
    </mj-wrapper>
    <mj-section padding="24px 40px 40px" css-class="edge">
      <mj-column>
        <mj-text padding="0" font-size="13px" line-height="1.6" color="#6b7280" css-class="footer text">{{organization.name}}{{#if organization.brand.address}}<br>{{lines organization.brand.address}}{{/if}}{{#if organization.brand.website}}<br><a href="{{url organization.brand.website}}">{{organization.brand.website}}</a>{{/if}}${UNSUBSCRIBE_LINK}</mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>`,
}
