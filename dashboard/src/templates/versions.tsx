import type { Template, TemplateVersionItem } from '@carillon/client'
import { Button, Group, List, Text } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { carillon } from '../client.ts'
import { Confirm } from '../parts/dialog.tsx'
import { Mark } from '../parts/mark.tsx'
import { useNumber } from '../parts/number.ts'
import { PagedList } from '../parts/paged-list.tsx'
import { Panel } from '../parts/panel.tsx'
import { PlainList } from '../parts/plain-list.tsx'
import { toastProblem } from '../parts/problem.tsx'
import { When } from '../parts/when.tsx'
import { useMay } from '../session/session.ts'
import type { Compared } from './difference.tsx'
import { templateVersionsQuery } from './queries.ts'

type Ref = Pick<Template, 'key' | 'channel' | 'locale'>

interface VersionsProps {
  of: Ref
  onCompare(compared: Compared): void
  /** Something else is live now. */
  onLive(): void
}

/** What was published, what became of it, and going back to it. */
export function Versions({ of, onCompare, onLive }: VersionsProps) {
  const { t } = useTranslation()
  const may = useMay()
  const number = useNumber()
  const queryClient = useQueryClient()
  const list = useInfiniteQuery(templateVersionsQuery(of))
  const [back, setBack] = useState<TemplateVersionItem | null>(null)
  const [removing, setRemoving] = useState<TemplateVersionItem | null>(null)
  const lookAgain = () => void queryClient.invalidateQueries({ queryKey: ['template-versions'] })
  const rollback = useMutation({
    mutationFn: (id: string) => carillon.templates.rollback(of, id),
    onSuccess: onLive,
    onError: toastProblem,
    onSettled: () => setBack(null),
  })
  const remove = useMutation({
    mutationFn: (id: string) => carillon.templates.removeVersion(of, id),
    onSuccess: lookAgain,
    onError: toastProblem,
    onSettled: () => setRemoving(null),
  })
  const numbers = ({ statistics }: TemplateVersionItem) =>
    statistics
      ? t('templates.numbers', {
          sent: number(statistics.sent),
          delivered: number(statistics.delivered),
          opened: number(statistics.opened),
          clicked: number(statistics.clicked),
          bounced: number(statistics.bounced),
          failed: number(statistics.failed),
        })
      : ''

  return (
    <Panel title={t('templates.versions')}>
      <PagedList list={list} empty={<Text c="dimmed">{t('templates.noVersions')}</Text>}>
        {(items) => (
          <PlainList aria-label={t('templates.versions')}>
            {items.map((version) => (
              <List.Item key={version.id}>
                <Group justify="space-between" gap={8}>
                  <div>
                    <Group gap={8}>
                      <Text span fz="sm" fw={550}>
                        {t('templates.numbered', { number: version.number })}
                      </Text>
                      {version.live && <Mark>{t('templates.live')}</Mark>}
                      {version.restores && <Mark>{t('templates.restored')}</Mark>}
                      <Text span fz="sm" c="dimmed">
                        <When at={version.publishedAt} />
                      </Text>
                    </Group>
                    <Text fz="xs" c="dimmed">
                      {numbers(version)}
                    </Text>
                  </div>
                  {!version.live && (
                    <Group gap={4}>
                      <Button
                        variant="subtle"
                        size="compact-sm"
                        onClick={() =>
                          onCompare({
                            from: version.id,
                            to: 'live',
                            title: t('templates.compareTitle', { number: version.number }),
                          })
                        }
                      >
                        {t('templates.compare')}
                      </Button>
                      {may('templates.manage') && (
                        <>
                          <Button variant="subtle" size="compact-sm" onClick={() => setBack(version)}>
                            {t('templates.restore')}
                          </Button>
                          <Button variant="subtle" size="compact-sm" onClick={() => setRemoving(version)}>
                            {t('templates.remove')}
                          </Button>
                        </>
                      )}
                    </Group>
                  )}
                </Group>
              </List.Item>
            ))}
          </PlainList>
        )}
      </PagedList>
      <Confirm
        opened={back !== null}
        title={t('templates.restoreTitle', { number: back?.number ?? 0 })}
        text={t('templates.restoreText')}
        confirm={t('templates.restore')}
        pending={rollback.isPending}
        onClose={() => setBack(null)}
        onConfirm={() => back && rollback.mutate(back.id)}
      />
      <Confirm
        opened={removing !== null}
        title={t('templates.removeTitle', { number: removing?.number ?? 0 })}
        text={t('templates.removeText')}
        confirm={t('templates.remove')}
        risky
        pending={remove.isPending}
        onClose={() => setRemoving(null)}
        onConfirm={() => removing && remove.mutate(removing.id)}
      />
    </Panel>
  )
}
