import { AppError } from '../errors.ts'

const ANSWER_WITHIN_MS = 2_000

/** The answer, or `unavailable` when it is not there within two seconds, or `withinMs` (the work may still be done later). */
export async function inTime<Answer>(
  what: string,
  work: Promise<Answer>,
  withinMs: number = ANSWER_WITHIN_MS,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AppError('unavailable', `${what} does not answer`, { retryAfterSeconds: 2 })),
      withinMs,
    )
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
