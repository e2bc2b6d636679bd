/** A table of facts in a mail's body, each a line of name and value. A fact that may be missing is wrapped in `{{#if}}` by its author. */
export const facts = (...lines: readonly string[]): string => `<mj-table>${lines.join('')}</mj-table>`

const LABEL = 'width:1%;padding:6px 24px 6px 0;color:#6b7280;white-space:nowrap;vertical-align:top'

export const fact = (label: string, value: string): string =>
  `<tr><td class="muted" style="${LABEL}">${label}</td><td style="padding:6px 0">${value}</td></tr>`

/** Small print at the end of a mail. */
export const note = (words: string): string =>
  `<mj-text font-size="14px"><span class="muted" style="color:#6b7280">${words}</span></mj-text>`
