import type { Message } from '@carillon/client'
import { ActionIcon, Anchor, Group, SegmentedControl, Stack, Tabs, Text } from '@mantine/core'
import { IconDeviceDesktop, IconDeviceMobile, IconMoon, IconPaperclip } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { MailFrame } from '../parts/mail-frame.tsx'
import { Panel } from '../parts/panel.tsx'
import { isSafeLink } from '../parts/safe-link.ts'
import { sizeText } from '../parts/size.ts'
import type { Channel } from '../vocabulary.ts'
import classes from './content.module.css'

const PHONE_WIDTH = 390

/** What the recipient gets, as rendered from the pinned template version. */
export function Content({ message }: { message: Message }) {
  const { t } = useTranslation()
  const { content, channel, attachments } = message
  if (!content) {
    return (
      <Panel title={t('message.content')}>
        <Text c="dimmed">{t('message.noContent')}</Text>
      </Panel>
    )
  }
  if ('html' in content) return <Mail content={content} attachments={attachments} />
  return (
    <Panel title={t('message.content')}>
      {'title' in content ? <InAppCard content={content} /> : <Thread channel={channel} text={content.text} />}
    </Panel>
  )
}

/** An item of the feed inside the app. */
export function InAppCard({ content }: { content: { title: string; body: string; actionUrl?: string | undefined } }) {
  const { t } = useTranslation()
  return (
    <div className={classes.card}>
      <Text fw={650}>{content.title}</Text>
      <Text fz="sm" c="dimmed" style={{ whiteSpace: 'pre-line' }}>
        {content.body}
      </Text>
      {content.actionUrl && isSafeLink(content.actionUrl) && (
        <Anchor href={content.actionUrl} fz="sm" mt="xs">
          {t('message.open')}
        </Anchor>
      )}
    </div>
  )
}

/** A text as a phone shows it; what can be pressed stands below it. */
export const Thread = ({ channel, text, children }: { channel: Channel; text: string; children?: ReactNode }) => (
  <div className={classes.thread} data-channel={channel}>
    <p className={classes.bubble}>{text}</p>
    {children}
  </div>
)

interface MailProps {
  content: { subject: string; html: string; text: string }
  attachments: Message['attachments']
  /** The line a mailbox shows after the subject, where it is known. */
  preheader?: string | null
}

/** A mail: its subject, its HTML at the width of a desk or a phone, by day or by night, its text. */
export function Mail({ content, attachments, preheader }: MailProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [width, setWidth] = useState<'desktop' | 'phone'>('desktop')
  const [dark, setDark] = useState(false)
  const [tab, setTab] = useState<string | null>('html')

  return (
    <Panel flush>
      <Stack gap={4} px="md" pt="md" pb="sm">
        <Text fz="xs" c="dimmed">
          {t('message.newSubject')}
        </Text>
        <Text fw={650} fz="lg" lh={1.3} style={{ overflowWrap: 'anywhere' }}>
          {content.subject}
        </Text>
        {preheader && (
          <Text fz="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {preheader}
          </Text>
        )}
      </Stack>
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Group justify="space-between" px="md" gap="xs" className={classes.tabs}>
          <Tabs.List style={{ border: 0 }}>
            <Tabs.Tab value="html">{t('message.html')}</Tabs.Tab>
            <Tabs.Tab value="text">{t('message.text')}</Tabs.Tab>
            {attachments.length > 0 && (
              <Tabs.Tab value="files">
                {t('message.attachments')} ({attachments.length})
              </Tabs.Tab>
            )}
          </Tabs.List>
          {tab === 'html' && (
            <Group gap={6} wrap="nowrap">
              <ActionIcon
                variant={dark ? 'filled' : 'default'}
                size={30}
                aria-label={t('message.dark')}
                aria-pressed={dark}
                onClick={() => setDark(!dark)}
              >
                <IconMoon size={17} aria-hidden />
              </ActionIcon>
              <SegmentedControl
                size="xs"
                aria-label={t('message.width')}
                value={width}
                onChange={(value) => setWidth(value as typeof width)}
                data={[
                  {
                    value: 'desktop',
                    label: (
                      <IconDeviceDesktop
                        size={17}
                        role="img"
                        aria-label={t('message.desktop')}
                        style={{ display: 'block' }}
                      />
                    ),
                  },
                  {
                    value: 'phone',
                    label: (
                      <IconDeviceMobile
                        size={17}
                        role="img"
                        aria-label={t('message.phone')}
                        style={{ display: 'block' }}
                      />
                    ),
                  },
                ]}
              />
            </Group>
          )}
        </Group>
        <Tabs.Panel value="html" className={classes.paper}>
          <MailFrame
            html={content.html}
            title={t('message.preview')}
            width={width === 'phone' ? PHONE_WIDTH : undefined}
            dark={dark}
            height="clamp(420px, 66vh, 900px)"
          />
        </Tabs.Panel>
        <Tabs.Panel value="text">
          <pre className={classes.text}>{content.text}</pre>
        </Tabs.Panel>
        <Tabs.Panel value="files" p="md">
          <Stack gap="xs">
            {attachments.map(({ filename, contentType, bytes }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two attachments may share everything but their place
              <Group key={index} gap="sm" wrap="nowrap">
                <IconPaperclip size={17} aria-hidden />
                <Text fz="sm" style={{ overflowWrap: 'anywhere' }}>
                  {filename}
                </Text>
                <Text fz="xs" c="dimmed">
                  {contentType}, {sizeText(bytes, format)}
                </Text>
              </Group>
            ))}
          </Stack>
        </Tabs.Panel>
      </Tabs>
    </Panel>
  )
}
