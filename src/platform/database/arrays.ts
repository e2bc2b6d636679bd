/**
 * Array parameters of the hot statements, written as Postgres' own text form. The driver would do it too, at five times
 * the cost: it looks at every element as if it could be anything.
 */

type Plain = string | number | boolean | null

/** Elements that need no quoting: uuids, numbers, booleans. */
export const plainArray = (values: readonly Plain[]): string => {
  let text = '{'
  for (let i = 0; i < values.length; i++) text += (i === 0 ? '' : ',') + (values[i] === null ? 'NULL' : values[i])
  return `${text}}`
}

export const timeArray = (values: readonly (Date | null)[]): string => {
  let text = '{'
  // Rows of one batch mostly carry the same moment.
  let last: Date | null = null
  let written = ''
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? null
    if (value !== last) {
      last = value
      written = value === null ? 'NULL' : `"${value.toISOString()}"`
    }
    text += (i === 0 ? '' : ',') + (value === null ? 'NULL' : written)
  }
  return `${text}}`
}

const SPECIAL = /["\\]/
const EVERY_SPECIAL = /["\\]/g

export const textArray = (values: readonly (string | null)[]): string => {
  let text = '{'
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? null
    text += i === 0 ? '' : ','
    if (value === null) text += 'NULL'
    else text += SPECIAL.test(value) ? `"${value.replace(EVERY_SPECIAL, '\\$&')}"` : `"${value}"`
  }
  return `${text}}`
}
