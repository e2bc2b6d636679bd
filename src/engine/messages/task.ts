/** What a work row asks of the worker that claims it; the number is what the table holds. */
export const TASKS = {
  send: 0,
  /** Look whether the next channel of its chain must begin. */
  fallBack: 1,
  /** Leave with the other news of its contact. */
  digest: 2,
  /** A reminder has come due. Its row is not of a message: it has the reminder's id. */
  remind: 3,
  /** A campaign goes on. Its row is not of a message: it has the campaign's id. */
  campaign: 4,
} as const
