/** Only addresses a link may carry: a template could hold anything else. */
export const isSafeLink = (url: string) => /^(https?:\/\/|\/(?!\/))/i.test(url)
