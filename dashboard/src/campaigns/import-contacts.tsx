import { CarillonError } from '@carillon/client'
import { Alert, Button, Checkbox, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ChooseFile } from '../parts/choose-file.tsx'
import { useNumber } from '../parts/number.ts'
import { ProblemNotice, toastProblem } from '../parts/problem.tsx'
import { RefusedLines } from '../parts/refused-lines.tsx'
import { RunNotice } from '../parts/run-notice.tsx'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { contactImportQuery } from './queries.ts'

const PREVIEW_BYTES = 200_000
const FIELDS = ['email', 'phone', 'name', 'externalId', 'locale', 'timeZone', 'ignore'] as const
const COUNTS = ['created', 'updated', 'repeated', 'refused'] as const

interface Preview {
  readonly columns: readonly { name: string; target: string; samples: readonly string[] }[]
  readonly errors: readonly { line: number; message: string }[]
}

async function post<T>(path: string, query: Record<string, string>, body: Blob): Promise<T> {
  const url = `${path}?${new URLSearchParams(query)}`
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'text/csv' }, body })
  const answer = (await response.json()) as T & { detail?: string }
  if (!response.ok)
    throw new CarillonError('validation_failed', answer.detail ?? `The server answered ${response.status}`)
  return answer
}

/** The beginning of a file, up to the end of a row. */
async function beginning(file: File): Promise<Blob> {
  if (file.size <= PREVIEW_BYTES) return file
  const bytes = new Uint8Array(await file.slice(0, PREVIEW_BYTES).arrayBuffer())
  return file.slice(0, bytes.lastIndexOf(10) + 1)
}

/** How far a file is: none, or one that is done; chosen, but not sent; on its way in. */
export type FileState = 'none' | 'chosen' | 'running'

interface Props {
  /** Of an import that was begun; there may have been a reload since. */
  id: string | undefined
  onBegun(id: string | undefined): void
  /** Known as soon as the server has the file, before anybody is on the list. */
  onImported(segmentId: string): void
  onState(state: FileState): void
}

/** Takes contacts in from a CSV file, column by column, onto a list of their own. */
export function ImportContacts({ id, onBegun, onImported, onState }: Props) {
  const { t } = useTranslation()
  const number = useNumber()
  const [file, setFile] = useState<File>()
  const [targets, setTargets] = useState<Record<string, string>>({})
  const [list, setList] = useState('')
  const [agreed, setAgreed] = useState(false)
  const [wording, setWording] = useState('')

  const look = useMutation({
    mutationFn: async (chosen: File) => post<Preview>('/v1/contacts/import/preview', {}, await beginning(chosen)),
    onSuccess: ({ columns }, chosen) => {
      setFile(chosen)
      setList(chosen.name.replace(/\.csv$/i, ''))
      setTargets(Object.fromEntries(columns.map(({ name, target }) => [name, target])))
    },
    onError: toastProblem,
  })
  const begin = useMutation({
    mutationFn: (chosen: File) =>
      post<{ id: string; segmentId: string }>(
        '/v1/contacts/import',
        {
          mapping: JSON.stringify(targets),
          list,
          ...(agreed ? { consentChannels: 'email,sms,whatsapp', consentWording: wording } : {}),
        },
        chosen,
      ),
    onSuccess: (run) => {
      onBegun(run.id)
      onImported(run.segmentId)
    },
    onError: toastProblem,
  })
  const { data: run, error } = useQuery(contactImportQuery(id))
  const finished = run?.finishedAt != null
  const segmentId = run?.segmentId
  useEffect(() => {
    if (segmentId) onImported(segmentId)
  }, [segmentId, onImported])
  const state = id === undefined ? (file ? 'chosen' : 'none') : finished || error ? 'none' : 'running'
  useEffect(() => onState(state), [state, onState])

  return (
    <Stack gap="sm">
      <Group gap="sm">
        <ChooseFile
          variant="default"
          loading={look.isPending}
          disabled={state === 'running'}
          onChoose={(chosen) => look.mutate(chosen)}
        />
        <Text fz="sm" c="dimmed">
          {t('imports.hint')}
        </Text>
      </Group>
      {error && <ProblemNotice error={error} />}
      {file && look.data && !run && (
        <>
          <Table label={t('imports.columns')} columns={[t('imports.column'), t('imports.becomes')]}>
            {look.data.columns.map(({ name, samples }) => {
              const target = targets[name] ?? 'ignore'
              const own = `attributes.${name}`
              return (
                <tr key={name}>
                  <td className={cells.recipient}>
                    <b>{name}</b>
                    <span className={cells.address}>{samples.join(' · ')}</span>
                  </td>
                  <td className={cells.type}>
                    <Select
                      aria-label={t('imports.becomesOf', { name })}
                      allowDeselect={false}
                      value={target}
                      onChange={(value) => setTargets({ ...targets, [name]: value ?? 'ignore' })}
                      data={[
                        ...FIELDS.map((value) => ({ value, label: t(`importField.${value}`) })),
                        { value: own, label: t('imports.attribute', { name }) },
                      ]}
                    />
                  </td>
                </tr>
              )
            })}
          </Table>
          {look.data.errors.length > 0 && (
            <Alert variant="light" color="yellow" role="note">
              <Text fz="sm" fw={600}>
                {t('imports.faults', { count: look.data.errors.length })}
              </Text>
              <RefusedLines lines={look.data.errors} />
            </Alert>
          )}
          <TextInput
            label={t('imports.list')}
            value={list}
            onChange={(event) => setList(event.currentTarget.value)}
            required
          />
          <Checkbox
            label={t('imports.agreed')}
            checked={agreed}
            onChange={(event) => setAgreed(event.currentTarget.checked)}
          />
          {agreed && (
            <TextInput
              label={t('imports.wording')}
              description={t('imports.wordingHint')}
              value={wording}
              onChange={(event) => setWording(event.currentTarget.value)}
              required
            />
          )}
          <Group>
            <Button
              loading={begin.isPending || id !== undefined}
              disabled={list.trim() === '' || (agreed && wording.trim() === '')}
              onClick={() => begin.mutate(file)}
            >
              {t('imports.begin')}
            </Button>
          </Group>
        </>
      )}
      {run && (
        <RunNotice
          title={t(finished ? 'imports.imported' : 'imports.importing')}
          done={run.progress.done}
          total={run.progress.total}
          state={!finished ? 'running' : run.status === 'failed' ? 'failed' : 'done'}
          onClose={() => {
            onBegun(undefined)
            setFile(undefined)
          }}
        >
          {run.error && <Text fz="sm">{run.error}</Text>}
          <Text fz="sm">
            {COUNTS.filter((name) => run.counts[name])
              .map((name) => t('table.of', { label: t(`importCount.${name}`), value: number(run.counts[name] ?? 0) }))
              .join(', ')}
          </Text>
          <RefusedLines lines={run.errors} />
        </RunNotice>
      )}
    </Stack>
  )
}
