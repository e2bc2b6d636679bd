/** A frame around an e-mail's body: MJML with places to fill. */
export interface LayoutSource {
  /** `%title%`, `%preview%`, `%body%` and `%unsubscribe%` are filled when a version is published. */
  readonly mjml: string
  /** Opens the section a body without sections of its own goes into. */
  readonly section: string
  /** Ends the plain text part; `%unsubscribe%` is filled as well. */
  readonly textFooter: string
}

/** The words of the link to a contact's choices, in the language of the version. */
export function unsubscribeWords(locale: string): string {
  return locale.split('-')[0] === 'fr' ? 'Se désabonner ou choisir mes messages' : 'Unsubscribe or choose my messages'
}

/** The last line of a mail one may say no to. Never rewritten: following it must not depend on being counted. */
export const UNSUBSCRIBE_LINK =
  '{{#if links.unsubscribeUrl}}<br><a href="{{url links.unsubscribeUrl}}" data-track="off">%unsubscribe%</a>{{/if}}'

export const FONT = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"

/** Tells mail programs that the mail has a dark form of its own, so that they do not invent one. */
export const COLOR_SCHEME = `<mj-raw>
      <meta name="color-scheme" content="light dark">
      <meta name="supported-color-schemes" content="light dark">
      <meta name="x-apple-disable-message-reformatting">
      <meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
    </mj-raw>`

/** Keeps the words of the body out of the mailbox's preview line. */
export const PREVIEW_PADDING = '&#8199;&#847;'.repeat(40)

export const TEXT_FOOTER = `--
{{organization.name}}
{{#if organization.brand.address}}
{{organization.brand.address}}
{{/if}}
{{#if organization.brand.website}}
{{organization.brand.website}}
{{/if}}
{{#if links.unsubscribeUrl}}

%unsubscribe%
{{url links.unsubscribeUrl}}
{{/if}}`
