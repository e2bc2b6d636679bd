import { CarillonError, type NewProfessional } from '@carillon/client'
import { Alert, Button, FileButton, Group, List, Progress, Stack, Text } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { DialogButtons } from '../parts/dialog.tsx'
import { problemText } from '../parts/problem.tsx'
import { professionalsQuery } from '../queries.ts'
import { COLUMNS, professionalsOf } from './csv.ts'

/** Each line is a request of its own; more are for a program. */
const MOST_LINES = 500

interface Report {
  readonly total: number
  readonly done: number
  readonly refused: readonly { readonly line: number; readonly why: string }[]
}

/** Takes professionals in from a CSV file, line by line, and says of each that was refused why. */
export function ImportProfessionals({ onClose }: { onClose(): void }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const [report, setReport] = useState<Report>()
  const [fault, setFault] = useState<string>()
  const stopped = useRef(false)
  useEffect(() => {
    stopped.current = false
    return () => {
      stopped.current = true
    }
  }, [])

  const take = async (file: File) => {
    const { lines, unknown } = professionalsOf(await file.text())
    setReport(undefined)
    if (unknown.length > 0) return setFault(t('professionals.unknownColumns', { names: unknown.join(', ') }))
    if (lines.length === 0) return setFault(t('professionals.noLines'))
    if (lines.length > MOST_LINES) return setFault(t('professionals.tooMany', { count: MOST_LINES }))
    setFault(undefined)
    let now: Report = { total: lines.length, done: 0, refused: [] }
    setReport(now)
    for (const { number, professional } of lines) {
      if (stopped.current) break
      const why = await refusalOf(professional as unknown as NewProfessional)
      now = {
        ...now,
        done: now.done + 1,
        refused: why === undefined ? now.refused : [...now.refused, { line: number, why }],
      }
      setReport(now)
    }
    void queryClient.invalidateQueries({ queryKey: professionalsQuery.queryKey })
  }

  const running = report !== undefined && report.done < report.total
  return (
    <Stack gap="sm">
      <Text fz="sm">{t('professionals.importText')}</Text>
      <Text fz="xs" component="code" style={{ overflowWrap: 'anywhere' }}>
        {COLUMNS.join(',')}
      </Text>
      <Group>
        <FileButton accept=".csv,text/csv" onChange={(file) => file && void take(file)}>
          {(props) => (
            <Button {...props} leftSection={<IconUpload size={17} aria-hidden />} loading={running}>
              {t('imports.choose')}
            </Button>
          )}
        </FileButton>
      </Group>
      {fault && (
        <Alert color="red" variant="light" role="alert">
          {fault}
        </Alert>
      )}
      {report && (
        <div role="status">
          <Progress value={(100 * report.done) / report.total} aria-label={t('professionals.import')} mb="xs" />
          <Text fz="sm">
            {t('professionals.imported', {
              done: report.done - report.refused.length,
              total: report.total,
              refused: report.refused.length,
            })}
          </Text>
          {report.refused.length > 0 && (
            <List size="sm" mt="xs">
              {report.refused.map(({ line, why }) => (
                <List.Item key={line}>
                  {t('suppressions.line', { line })} {why}
                </List.Item>
              ))}
            </List>
          )}
        </div>
      )}
      <DialogButtons onBack={onClose}>{null}</DialogButtons>
    </Stack>
  )
}

async function refusalOf(professional: NewProfessional): Promise<string | undefined> {
  try {
    await carillon.bookings.professionals.create(professional)
    return undefined
  } catch (error) {
    const faults = error instanceof CarillonError ? error.errors : []
    return faults.map(({ path, message }) => `${path} ${message}`).join('; ') || problemText(error)
  }
}
