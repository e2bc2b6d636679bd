/** The booking a subject stands for; undefined for anything else. */
export const bookingOf = (subject: string): string | undefined => /^booking-([0-9a-f-]{36})$/.exec(subject)?.[1]
