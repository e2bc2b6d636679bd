/** A frame around an e-mail's body: MJML with three places to fill. */
export interface LayoutSource {
  /** `%title%`, `%preview%` and `%body%` are filled when a version is published. */
  readonly mjml: string
  /** Opens the section a body without sections of its own goes into. */
  readonly section: string
  /** Ends the plain text part. */
  readonly textFooter: string
}

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
{{/if}}`
