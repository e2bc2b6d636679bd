/** A table of facts in a mail's body, each a line of name and value. A fact that may be missing is wrapped in `{{#if}}` by its author. */
export const facts = (...lines: readonly string[]): string => `<mj-table>${lines.join('')}</mj-table>`

const LABEL = 'width:1%;padding:6px 24px 6px 0;color:#6b7280;white-space:nowrap;vertical-align:top'

export const fact = (label: string, value: string): string =>
  `<tr><td class="muted" style="${LABEL}">${label}</td><td style="padding:6px 0">${value}</td></tr>`

/** Words that stand only where a value is there. */
export const given = (field: string, words: string): string => `{{#if ${field}}}${words}{{/if}}`

/** A fact that may be missing: the value itself unless told otherwise. */
export const factIf = (label: string, field: string, value = `{{${field}}}`): string => given(field, fact(label, value))

/** A list of facts that say themselves what they are about: `{ label, value }` each. */
export const factsOf = (field: string): string => `{{#each ${field}}}${fact('{{label}}', '{{value}}')}{{/each}}`

/** A button, where its address is there. */
export const button = (label: string, field: string): string =>
  `{{#if ${field}}}\n<mj-button href="{{url ${field}}}">${label}</mj-button>\n{{/if}}`

/** A button whose address lets somebody do something: it is left as it is, whatever the organization counts. */
export const privateButton = (label: string, field: string): string =>
  `{{#if ${field}}}\n<mj-button href="{{url ${field}}}" data-track="off">${label}</mj-button>\n{{/if}}`

/** Small print at the end of a mail. */
export const note = (words: string): string =>
  `<mj-text font-size="14px"><span class="muted" style="color:#6b7280">${words}</span></mj-text>`

/** Lines with an amount each and their total below. `line` and `amount` are read inside `{{#each list}}`. */
export const bill = (list: string, line: string, amount: string, total: { label: string; amount: string }): string => {
  const rule = 'border-bottom:1px solid #e5e7eb'
  const row = `<tr><td style="padding:10px 12px 10px 0;${rule}">${line}</td><td align="right" style="padding:10px 0;${rule};white-space:nowrap">${amount}</td></tr>`
  const sum = `<tr><td style="padding:12px 12px 4px 0;font-weight:700">${total.label}</td><td align="right" style="padding:12px 0 4px;font-weight:700;white-space:nowrap">${total.amount}</td></tr>`
  return `<mj-table>{{#each ${list}}}${row}{{/each}}${sum}</mj-table>`
}

const BAR_STEPS = 10

/**
 * A line of a small chart, inside an `{{#each}}`: a name, a bar of `share` hundredths and a value. Made of characters, which
 * every mail program draws and which are a bar in plain text too.
 */
export const bar = (label: string, share: string, value: string): string => {
  const blocks = Array.from({ length: BAR_STEPS - 1 }, (_, step) =>
    given(`(gt ${share} ${((step + 1) * 100) / BAR_STEPS})`, '█'),
  )
  const drawn = `<span class="bar" style="color:{{color ../organization.brand.color}};letter-spacing:-0.5px" aria-hidden="true">█${blocks.join('')}</span> `
  return fact(label, `${given(`(gt ${share} 0)`, drawn)}${value}`)
}
