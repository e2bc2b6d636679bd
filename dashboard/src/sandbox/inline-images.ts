import type { SandboxMessageDetail } from '@carillon/client'
import { useEffect, useState } from 'react'
import { carillon } from '../client.ts'

/**
 * A mail's inline images as data addresses by content id. The mail is shown in a frame of another origin, which may
 * not fetch them itself.
 */
export function useInlineImages(mail: SandboxMessageDetail): Record<string, string> {
  const [images, setImages] = useState<Record<string, string>>({})

  useEffect(() => {
    let current = true
    const inline = mail.attachments.filter(
      ({ contentId, contentType }) => contentId && contentType.startsWith('image/'),
    )
    if (inline.length === 0) return setImages({})
    void Promise.all(
      inline.map(
        async ({ index, contentId, contentType }) =>
          [contentId, await dataAddress(mail.id, index, contentType)] as const,
      ),
    ).then(
      (entries) => current && setImages(Object.fromEntries(entries)),
      () => undefined, // A picture that cannot be read stays a broken picture, as in any mail reader.
    )
    return () => {
      current = false
    }
  }, [mail])

  return images
}

async function dataAddress(mailId: string, index: number, type: string): Promise<string> {
  const blob = new Blob([await carillon.sandbox.attachment(mailId, index)], { type })
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(blob)
  })
}
