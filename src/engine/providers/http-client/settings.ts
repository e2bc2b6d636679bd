import { z } from 'zod'

/** Where the carrier's API is, unless somebody writes another one: another region, or a test server. */
export const baseUrlSetting = (usual: string) =>
  z
    .url({ protocol: /^https?$/ })
    .max(500)
    .refine((text) => {
      const url = URL.parse(text)
      return url !== null && !url.username && !url.password && !url.search && !url.hash
    }, 'Write an address without a user, query or fragment')
    .default(usual)

/** Requests of one process at the same time, at most. */
export const connectionsSetting = z.int().min(1).max(200).default(20)

export const timeoutsSetting = z
  .strictObject({
    connectMs: z.int().min(1).max(30_000).default(5_000),
    /** One send in all, waiting for a free connection included. */
    sendMs: z.int().min(1).max(30_000).default(20_000),
  })
  .prefault({})
