import type { Template } from '@carillon/client'
import { Alert, Button, Code, Group, SimpleGrid, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconInfoCircle, IconSend2 } from '@tabler/icons-react'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Confirm } from '../parts/dialog.tsx'
import { PageLink } from '../parts/link.tsx'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice, toastProblem } from '../parts/problem.tsx'
import { useMay } from '../session/session.ts'
import { type Compared, Difference } from './difference.tsx'
import { Faults } from './faults.tsx'
import { Fields, type Source } from './fields.tsx'
import { sayTheSame } from './place.ts'
import { Preview } from './preview.tsx'
import { templatePreviewQuery } from './queries.ts'
import { TemplateState } from './state.tsx'
import { Versions } from './versions.tsx'

const TYPED_MS = 500

interface EditorProps {
  template: Template
  /** What is stored changed, and is what is on screen. */
  onSaved(): Promise<void>
  /** Other words are to be shown. */
  onOther(): void
}

type Asked = 'publish' | 'test' | 'discard' | 'reset'

/** The words beside what they come to, and what can be done with them. */
export function Editor({ template, onSaved, onOther }: EditorProps) {
  const { t } = useTranslation()
  const mayEdit = useMay()('templates.manage')
  const { key, channel, locale } = template
  const ref = { key, channel, locale }
  const stored: Source = template.draft?.source ?? template.live?.source ?? template.builtIn?.source ?? {}
  const [source, setSource] = useState(stored)
  const [typed] = useDebouncedValue(source, TYPED_MS)
  const [asked, setAsked] = useState<Asked | null>(null)
  const [compared, setCompared] = useState<Compared | null>(null)
  const isWritten = !sayTheSame(source, stored)

  const shown = useQuery({
    ...templatePreviewQuery(ref, typed),
    placeholderData: keepPreviousData,
    enabled: mayEdit,
  })
  const faults = shown.data?.faults ?? []

  const keep = () => carillon.templates.saveDraft(ref, { source: { ...source }, revision: template.draftRevision })
  const save = useMutation({
    mutationFn: keep,
    onSuccess: async () => {
      await onSaved()
      notifications.show({ color: 'green', message: t('templates.saved') })
    },
    onError: toastProblem,
  })
  const publish = useMutation({
    mutationFn: async () => {
      const { draftRevision } = isWritten || !template.draft ? await keep() : template
      return carillon.templates.publish(ref, { revision: draftRevision })
    },
    onSuccess: ({ number }) => {
      notifications.show({ color: 'green', message: t('templates.isLive', { number }) })
    },
    onError: toastProblem,
    onSettled: () => {
      setAsked(null)
      // Its draft may have been saved although it was not published.
      void onSaved()
    },
  })
  const test = useMutation({
    mutationFn: () => carillon.templates.testSend(ref, { source: { ...source } }),
    onSuccess: ({ id, messages: [message] }) =>
      notifications.show({
        color: message?.status === 'suppressed' ? 'orange' : 'green',
        message: (
          <>
            {t(message?.status === 'suppressed' ? 'templates.testHeld' : 'templates.testSent')}{' '}
            <PageLink to="/notifications/$id" params={{ id }}>
              {t('templates.testLook')}
            </PageLink>
          </>
        ),
      }),
    onError: toastProblem,
    onSettled: () => setAsked(null),
  })
  const other = { onSuccess: onOther, onError: toastProblem, onSettled: () => setAsked(null) }
  const discard = useMutation({ mutationFn: () => carillon.templates.discardDraft(ref), ...other })
  const reset = useMutation({ mutationFn: () => carillon.templates.reset(ref), ...other })
  const acts = { publish, test, discard, reset }

  return (
    <Stack>
      <Group justify="space-between" gap="sm">
        <TemplateState template={template} />
        {mayEdit && (
          <Group gap="xs">
            {template.state === 'own' && template.builtIn && (
              <Button variant="subtle" onClick={() => setAsked('reset')}>
                {t('templates.reset')}
              </Button>
            )}
            {template.draft && (
              <Button variant="subtle" onClick={() => setAsked('discard')}>
                {t('templates.discard')}
              </Button>
            )}
            <Button
              variant="default"
              leftSection={<IconSend2 size={17} aria-hidden />}
              disabled={faults.length > 0}
              onClick={() => setAsked('test')}
            >
              {t('templates.test')}
            </Button>
            <Button variant="default" loading={save.isPending} disabled={!isWritten} onClick={() => save.mutate()}>
              {t('templates.save')}
            </Button>
            <Button disabled={faults.length > 0 || (!isWritten && !template.draft)} onClick={() => setAsked('publish')}>
              {t('templates.publish')}
            </Button>
          </Group>
        )}
      </Group>
      {template.builtInChanged && (
        <Alert color="blue" variant="light" icon={<IconInfoCircle aria-hidden />} title={t('templateState.changed')}>
          <Text fz="sm">{t('templates.changedText')}</Text>
          <Button
            mt="sm"
            size="xs"
            variant="default"
            onClick={() => setCompared({ from: 'built_in_then', to: 'built_in', title: t('templates.changedTitle') })}
          >
            {t('templates.showChange')}
          </Button>
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Stack>
          <Panel title={t('templates.words')}>
            <Fields channel={channel} source={source} readOnly={!mayEdit} onChange={setSource} />
            {template.live && (
              <Group gap="xs" mt="sm">
                <Compare
                  label={t('templates.againstLive')}
                  from="live"
                  to="draft"
                  shown={template.draft !== null}
                  onCompare={setCompared}
                />
                <Compare
                  label={t('templates.againstBuiltIn')}
                  from="built_in"
                  to="live"
                  shown={template.state === 'own' && template.builtIn !== null}
                  onCompare={setCompared}
                />
              </Group>
            )}
          </Panel>
          <Panel title={t('templates.variables')}>
            <Group gap={6}>
              {template.variables.map((name) => (
                <Code key={name}>{`{{${name}}}`}</Code>
              ))}
            </Group>
          </Panel>
        </Stack>
        <Stack>
          {shown.error && <ProblemNotice error={shown.error} onRetry={() => void shown.refetch()} />}
          <Faults faults={faults} />
          {mayEdit && <Preview preview={shown.data} waiting={shown.isFetching} />}
        </Stack>
      </SimpleGrid>
      <Versions of={ref} onCompare={setCompared} onLive={onOther} />
      <Difference of={ref} compared={compared} onClose={() => setCompared(null)} />
      <Confirm
        opened={asked !== null}
        title={asked ? t(`templates.${asked}Title`) : ''}
        text={asked ? t(`templates.${asked}Text`) : ''}
        confirm={asked ? t(`templates.${asked}Confirm`) : ''}
        risky={asked === 'discard' || asked === 'reset'}
        pending={asked !== null && acts[asked].isPending}
        onClose={() => setAsked(null)}
        onConfirm={() => asked && acts[asked].mutate()}
      />
    </Stack>
  )
}

interface CompareProps {
  label: string
  from: string
  to: string
  shown: boolean
  onCompare(compared: Compared): void
}

const Compare = ({ label, from, to, shown, onCompare }: CompareProps) =>
  shown && (
    <Button variant="subtle" size="compact-sm" onClick={() => onCompare({ from, to, title: label })}>
      {label}
    </Button>
  )
