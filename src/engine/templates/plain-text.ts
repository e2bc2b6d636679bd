/** The text part of a mail made from its MJML body, tags kept. At publish, never at send. */
export async function plainTextOf(body: string, locale: string): Promise<string> {
  const { convert } = await import('html-to-text')
  const heading = { options: { uppercase: false, leadingLineBreaks: 2, trailingLineBreaks: 2 } }
  const block = { format: 'block', options: { leadingLineBreaks: 2, trailingLineBreaks: 2 } }
  const text = convert(asHtml(body, colonOf(locale)), {
    wordwrap: false,
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'hr', format: 'skip' },
      { selector: 'a', options: { linkBrackets: ['(', ')'], hideLinkHrefIfSameAsText: true, noAnchorUrl: true } },
      ...['mj-text', 'mj-table', 'mj-accordion-text'].map((selector) => ({ selector, ...block })),
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, ...heading })),
    ],
  })
  return text.replaceAll('\u00a0', ' ')
}

/** French puts a space before it. */
const colonOf = (locale: string): string => (/^fr\b/.test(locale) ? ' : ' : ': ')

/** Buttons become a line with their address below; each row of a table becomes a line, the name of a fact with a colon; pictures and rules go. */
const asHtml = (body: string, colon: string): string =>
  body
    .replace(/<mj-(?:image|divider|spacer)\b[^>]*>(?:\s*<\/mj-(?:image|divider|spacer)>)?/gi, '')
    .replace(/<mj-button\b([^>]*)>([\s\S]*?)<\/mj-button\s*>/gi, (_, attributes: string, label: string) => {
      const link = /\bhref=(["'])(.*?)\1/i.exec(attributes)?.[2]
      return `<mj-text>${label.trim()}${link ? `<br>${link}` : ''}</mj-text>`
    })
    .replace(/<mj-table\b[^>]*>[\s\S]*?<\/mj-table\s*>/gi, (table) =>
      table
        .replace(/(<td class="muted"[^>]*>[^<]*)<\/td>(?=\s*<td\b)/gi, `$1${colon}`)
        .replace(/<\/t[dh]>(?=\s*<t[dh]\b)/gi, ' ')
        .replace(/<\/?(?:t[dhr]|thead|tbody|tfoot|col|colgroup)\b[^>]*>/gi, (tag) =>
          /^<\/tr/i.test(tag) ? '<br>' : '',
        ),
    )
