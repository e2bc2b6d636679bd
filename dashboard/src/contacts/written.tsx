import { Group, List, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ChannelName } from '../parts/channel.tsx'
import { Panel } from '../parts/panel.tsx'
import { PlainList } from '../parts/plain-list.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { When } from '../parts/when.tsx'
import { writtenQuery } from './queries.ts'

/** What they wrote to us, newest first. */
export function Written({ contactId }: { contactId: string }) {
  const { t } = useTranslation()
  const { data, error, refetch } = useQuery(writtenQuery(contactId))
  if (error) return <ProblemNotice error={error} onRetry={() => void refetch()} />
  if (!data || data.items.length === 0) return null
  return (
    <Panel title={t('contacts.written')}>
      <PlainList>
        {data.items.map((one) => (
          <List.Item key={one.id}>
            <Group gap={8} justify="space-between">
              <Text fz="xs" c="dimmed" component="span">
                <ChannelName channel={one.channel} />
              </Text>
              <Text fz="xs" c="dimmed">
                <When at={one.at} />
              </Text>
            </Group>
            <Text fz="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {one.text ?? t(`inboundKind.${one.kind}`)}
            </Text>
            {one.files.map(({ filename, contentType }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a file has nothing else of its own
              <Text key={index} fz="xs" c="dimmed">
                {t('contacts.file', { name: filename ?? contentType ?? t('inboundKind.document') })}
              </Text>
            ))}
          </List.Item>
        ))}
      </PlainList>
    </Panel>
  )
}
