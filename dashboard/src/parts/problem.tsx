import { CarillonError } from '@carillon/client'
import { Alert, Button, List, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconAlertTriangle } from '@tabler/icons-react'
import i18next from 'i18next'
import { useTranslation } from 'react-i18next'
import { faultText, isAt } from './faults.ts'

/** What went wrong, in the reader's language where we know the code, else in the server's words. */
export function problemText(error: unknown): string {
  if (!(error instanceof CarillonError)) return i18next.t('problem.internal')
  const key = `problem.${error.code}`
  return i18next.exists(key) ? i18next.t(key as 'problem.internal') : error.message || i18next.t('problem.internal')
}

interface ProblemNoticeProps {
  error: unknown
  onRetry?: () => void
  /** Fields that say themselves what is wrong with them. */
  saidAt?: readonly string[]
}

export function ProblemNotice({ error, onRetry, saidAt = [] }: ProblemNoticeProps) {
  const { t } = useTranslation()
  const all = error instanceof CarillonError ? error.errors : []
  const fields = all.filter((fault) => !saidAt.some((field) => isAt(fault, field)))
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={t('problem.title')} role="alert">
      <Text fz="sm">{problemText(error)}</Text>
      {fields.length > 0 && (
        <List size="sm" mt="xs">
          {fields.map((fault) => (
            <List.Item key={fault.path + fault.message}>
              <b>{fault.path}</b> {faultText(fault)}
            </List.Item>
          ))}
        </List>
      )}
      {onRetry && (
        <Button mt="sm" size="xs" variant="default" onClick={onRetry}>
          {t('problem.retry')}
        </Button>
      )}
    </Alert>
  )
}

export const toastProblem = (error: unknown) =>
  notifications.show({ color: 'red', title: i18next.t('problem.title'), message: problemText(error) })
