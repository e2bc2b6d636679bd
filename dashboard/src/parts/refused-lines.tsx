import { Button, List } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

const FIRST = 10

/** What the server says of a row, and how we say it. */
const FAULTS = {
  'has no valid e-mail address': 'email',
  'has no valid phone number': 'phone',
  'has no address and no id': 'nothing',
  'has no address': 'address',
  'has a character that is no text': 'character',
  'has an id of more than 255 characters': 'id',
  'Too long, or a quote is opened and not closed': 'quote',
  'Not valid UTF-8: save the file as CSV UTF-8': 'encoding',
} as const
const isKnown = (message: string): message is keyof typeof FAULTS => Object.hasOwn(FAULTS, message)

/** Lines of a file that were refused, and why; the first of them until all are asked for. */
export function RefusedLines({ lines }: { lines: readonly { readonly line: number; readonly message: string }[] }) {
  const { t } = useTranslation()
  const [all, setAll] = useState(false)
  if (lines.length === 0) return null
  return (
    <>
      <List size="sm" mt="xs">
        {(all ? lines : lines.slice(0, FIRST)).map(({ line, message }) => (
          <List.Item key={`${line} ${message}`}>
            {t('imports.line', { line })} {isKnown(message) ? t(`rowFault.${FAULTS[message]}`) : message}
          </List.Item>
        ))}
      </List>
      {!all && lines.length > FIRST && (
        <Button variant="subtle" size="compact-sm" mt={4} onClick={() => setAll(true)}>
          {t('imports.allLines', { count: lines.length })}
        </Button>
      )}
    </>
  )
}
