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
}

/**
 * A mail as its reader sees it, kept away from the dashboard: the frame has an origin of its own, runs no script,
 * submits no form, and its links open a new tab.
 */
export function MailFrame({ html, title, images, width, height }: MailFrameProps) {
  const document = useMemo(() => mailDocument(html, images ?? {}), [html, images])
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
        background: '#fff',
        colorScheme: 'light',
      }}
    />
  )
}
