import type { TemplatePreview } from '@carillon/client'
import { Alert, Button, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import i18next from 'i18next'
import { useTranslation } from 'react-i18next'
import { fieldId } from './fields.tsx'
import { fieldOfPath, offsetOf, wordsOf } from './place.ts'

type Fault = TemplatePreview['faults'][number]

/** What keeps the words from being published; each leads to its place. */
export function Faults({ faults }: { faults: readonly Fault[] }) {
  const { t } = useTranslation()
  if (faults.length === 0) return null
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={t('templates.faults', { count: faults.length })}
      role="status"
    >
      <Stack gap={2} align="flex-start">
        {faults.map((fault) => (
          <Button
            key={`${fault.path} ${fault.line} ${fault.column} ${fault.message}`}
            variant="subtle"
            color="red.9"
            size="compact-sm"
            h="auto"
            py={3}
            ta="left"
            style={{ whiteSpace: 'normal' }}
            styles={{ label: { whiteSpace: 'normal' }, inner: { justifyContent: 'flex-start' } }}
            onClick={() => jumpTo(fault)}
          >
            <Text fz="sm" c="var(--ink)" component="span">
              <b>{placeText(fault)}</b> {wordsOf(fault.message)}
            </Text>
          </Button>
        ))}
      </Stack>
    </Alert>
  )
}

function placeText({ path, line, column }: Fault): string {
  const field = fieldOfPath(path)
  const key = `templateField.${field}`
  const name = field && i18next.exists(key) ? i18next.t(key as 'templateField.body') : path
  return line === undefined ? name : i18next.t('templates.place', { name, line, column })
}

function jumpTo({ path, line = 1, column = 1 }: Fault): void {
  const input = document.getElementById(fieldId(fieldOfPath(path) ?? ''))
  if (!(input instanceof HTMLTextAreaElement || input instanceof HTMLInputElement)) return
  const at = offsetOf(input.value, line, column)
  input.focus()
  input.setSelectionRange(at, Math.min(input.value.length, at + 1))
  // A text area does not scroll to its selection by itself.
  if (input instanceof HTMLTextAreaElement) {
    const lines = input.value.split('\n').length
    input.scrollTop = ((line - 1) / lines) * input.scrollHeight - input.clientHeight / 2
  }
}
