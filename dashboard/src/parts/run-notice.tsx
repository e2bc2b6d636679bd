import { Alert, Progress } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

interface RunNoticeProps {
  title: string
  done: number
  /** Null while nobody has counted them. */
  total: number | null
  state: 'running' | 'done' | 'failed'
  onClose(): void
  children?: ReactNode
  mt?: 'sm'
}

/** How far long work is that was begun here, and what came of it. */
export function RunNotice({ title, done, total, state, onClose, children, mt }: RunNoticeProps) {
  const { t } = useTranslation()
  const running = state === 'running'
  return (
    <Alert
      variant="light"
      color={{ running: 'petrol', done: 'green', failed: 'red' }[state]}
      w="100%"
      role="status"
      title={title}
      {...(mt && { mt })}
      {...(!running && { withCloseButton: true, onClose, closeButtonLabel: t('failed.close') })}
    >
      {running && <Progress value={total ? (100 * done) / total : 0} aria-label={title} />}
      {children}
    </Alert>
  )
}
