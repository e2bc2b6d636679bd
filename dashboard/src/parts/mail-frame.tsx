import { useMemo } from 'react'
import { mailDocument } from './mail-document.ts'

interface MailFrameProps {
  html: string
  title: string
  /** Inline images by content id, as data addresses: the frame has no cookie to fetch them with. */
  images?: Readonly<Record<string, string>>
  /** CSS width; the frame never grows wider than its place. */
  width?: number | undefined
  height: string
  /** As a reader whose programs are dark sees it. */
  dark?: boolean
}

/**
 * A mail as its reader sees it, kept away from the dashboard: the frame has an origin of its own and a policy that lets
 * it show pictures and styles alone; it runs no script, submits no form, and its links open a new tab.
 */
export function MailFrame({ html, title, images, width, height, dark = false }: MailFrameProps) {
  const document = useMemo(() => mailDocument(html, images ?? {}, dark), [html, images, dark])
  return (
    <iframe
      title={title}
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      srcDoc={document}
      style={{
        display: 'block',
        width: width ? `min(${width}px, 100%)` : '100%',
        height,
        margin: '0 auto',
        border: 0,
        background: dark ? '#121212' : '#fff',
        colorScheme: dark ? 'dark' : 'light',
      }}
    />
  )
}
