import type { SandboxMessageDetail } from '@carillon/client'
import { useQuery } from '@tanstack/react-query'
import { carillon } from '../client.ts'

/**
 * A mail's inline images as data addresses by content id, or undefined while they are read. The mail is shown in a
 * frame of another origin, which may not fetch them itself.
 */
export function useInlineImages(mail: SandboxMessageDetail): Record<string, string> | undefined {
  const inline = mail.attachments.filter(({ contentId, contentType }) => contentId && contentType.startsWith('image/'))
  const read = useQuery({
    queryKey: ['sandbox-images', mail.id],
    enabled: inline.length > 0,
    queryFn: async () => {
      const entries = inline.map(
        async ({ index, contentId, contentType }) =>
          [contentId, await dataAddress(mail.id, index, contentType)] as const,
      )
      return Object.fromEntries(await Promise.all(entries)) as Record<string, string>
    },
  })
  // A picture that cannot be read stays a broken picture, as in any mail reader.
  return inline.length === 0 || read.isError ? NONE : read.data
}

const NONE = {}

async function dataAddress(mailId: string, index: number, type: string): Promise<string> {
  const blob = new Blob([await carillon.sandbox.attachment(mailId, index)], { type })
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(blob)
  })
}
