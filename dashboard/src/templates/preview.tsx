import type { TemplatePreview } from '@carillon/client'
import { Group, List, Skeleton, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { InAppCard, Mail, Thread } from '../messages/content.tsx'
import { Panel } from '../parts/panel.tsx'
import { ToneBadge } from '../parts/status-badge.tsx'

/** What somebody would receive; while the words have faults, what they were before. */
export function Preview({ preview, waiting }: { preview: TemplatePreview | undefined; waiting: boolean }) {
  const { t } = useTranslation()
  if (!preview?.content)
    return (
      <Panel title={t('templates.preview')}>
        {waiting && !preview ? <Skeleton h={200} /> : <Text c="dimmed">{t('templates.noPreview')}</Text>}
      </Panel>
    )
  const { content, preheader, sms } = preview
  if (content.channel === 'email') return <Mail content={content} attachments={[]} preheader={preheader} />
  return (
    <Panel title={t('templates.preview')}>
      {content.channel === 'in_app' ? (
        <InAppCard content={content} />
      ) : (
        <Thread channel={content.channel} text={content.text}>
          {content.channel === 'whatsapp' && <Buttons buttons={content.buttons} />}
        </Thread>
      )}
      {sms && (
        <Group gap="sm" mt="md">
          <ToneBadge tone={sms.segments > 1 ? 'waiting' : 'good'}>
            {t('templates.parts', { count: sms.segments })}
          </ToneBadge>
          <Text fz="sm" c="dimmed">
            {sms.encoding} · {t('templates.units', { count: sms.units })}
          </Text>
        </Group>
      )}
      {content.channel === 'whatsapp' && content.template && (
        <Text fz="sm" c="dimmed" mt="md">
          {t('templates.approved', { name: content.template.name, language: content.template.language })}
        </Text>
      )}
    </Panel>
  )
}

interface ButtonsProps {
  buttons: { kind: string; [part: string]: unknown } | undefined
}

/** What can be pressed below a WhatsApp text. */
function Buttons({ buttons }: ButtonsProps) {
  if (!buttons) return null
  const listed = (buttons.buttons ?? buttons.rows) as readonly { title: string }[] | undefined
  const titles = listed ? listed.map(({ title }) => title) : [String(buttons.title ?? '')]
  return (
    <List listStyleType="none" mt={6} spacing={4} fz="sm">
      {titles.map((title) => (
        <List.Item key={title} c="var(--mantine-color-anchor)" fw={550}>
          {title}
        </List.Item>
      ))}
    </List>
  )
}
