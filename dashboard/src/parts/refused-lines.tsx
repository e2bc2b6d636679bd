import { Button, List } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

const FIRST = 10

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
            {t('imports.line', { line })} {message}
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
