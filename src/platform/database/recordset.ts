/**
 * Rows as one parameter, for `jsonb_populate_recordset(null::their_table, …)`. What jsonb does not take is left out: a zero
 * byte, half a character that a cut has left.
 */
export const recordset = (rows: readonly object[]): string =>
  JSON.stringify(rows, (_, value) => (typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '') : value))
