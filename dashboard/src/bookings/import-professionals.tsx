import { CarillonError, type NewProfessional } from '@carillon/client'
import { Alert, Group, Progress, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { ChooseFile } from '../parts/choose-file.tsx'
import { DialogButtons } from '../parts/dialog.tsx'
import { faultText } from '../parts/faults.ts'
import { problemText } from '../parts/problem.tsx'
import { RefusedLines } from '../parts/refused-lines.tsx'
import { COLUMNS, professionalsOf, textOf } from './csv.ts'

/** Each line is a request of its own; more are for a program. */
const MOST_LINES = 500

interface Report {
  readonly total: number
  readonly done: number
  readonly refused: readonly { readonly line: number; readonly message: string }[]
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
    const { lines, unknown, missing } = professionalsOf(textOf(new Uint8Array(await file.arrayBuffer())), MOST_LINES)
    setReport(undefined)
    if (missing.length > 0) return setFault(t('professionals.missingColumns', { names: missing.join(', ') }))
    if (unknown.length > 0) return setFault(t('professionals.unknownColumns', { names: unknown.join(', ') }))
    if (lines.length === 0) return setFault(t('professionals.noLines'))
    if (lines.length > MOST_LINES) return setFault(t('professionals.tooMany', { count: MOST_LINES }))
    setFault(undefined)
    let now: Report = { total: lines.length, done: 0, refused: [] }
    setReport(now)
    for (const one of lines) {
      if (stopped.current) break
      const why =
        'fault' in one
          ? t(`rowFault.${one.fault.why}`, { ...one.fault })
          : await refusalOf(one.professional as unknown as NewProfessional)
      now = {
        ...now,
        done: now.done + 1,
        refused: why === undefined ? now.refused : [...now.refused, { line: one.line, message: why }],
      }
      setReport(now)
    }
    void queryClient.invalidateQueries({ queryKey: ['professionals'] })
  }

  const running = report !== undefined && report.done < report.total
  return (
    <Stack gap="sm">
      <Text fz="sm">{t('professionals.importText')}</Text>
      <Text fz="xs" component="code" style={{ overflowWrap: 'anywhere' }}>
        {COLUMNS.join(',')}
      </Text>
      <Group>
        <ChooseFile loading={running} onChoose={(file) => void take(file)} />
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
          <RefusedLines lines={report.refused} />
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
    return faults.map((fault) => `${fault.path}: ${faultText(fault)}`).join('; ') || problemText(error)
  }
}
