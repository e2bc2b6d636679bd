import type { SandboxMessageDetail } from '@carillon/client'
import { Badge, Button, Group, Skeleton, Stack, Tabs, Text, Tooltip, VisuallyHidden } from '@mantine/core'
import { IconArrowLeft, IconPaperclip, IconRoute } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../language.ts'
import { PageLink } from '../parts/link.tsx'
import { MailFrame } from '../parts/mail-frame.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { sizeText } from '../parts/size.ts'
import { When } from '../parts/when.tsx'
import { useInlineImages } from './inline-images.ts'
import classes from './mailbox.module.css'
import { sandboxMessageQuery } from './queries.ts'

const attachmentPath = (id: string, index: number) => `/v1/sandbox/messages/${id}/attachments/${index}`

/** One mail as it left: read from the MIME the carrier was given. */
export function Mail({ id, onBack }: { id: string; onBack(): void }) {
  const mail = useQuery(sandboxMessageQuery(id))
  if (mail.data) return <Opened mail={mail.data} onBack={onBack} />
  return (
    <Stack p="md">
      {mail.error ? (
        <ProblemNotice error={mail.error} onRetry={() => void mail.refetch()} />
      ) : (
        <>
          <Skeleton h={24} w="70%" />
          <Skeleton h={40} w="50%" />
          <Skeleton h={320} />
        </>
      )}
    </Stack>
  )
}

function Opened({ mail, onBack }: { mail: SandboxMessageDetail; onBack(): void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const images = useInlineImages(mail)
  const from = mail.headers.find(({ name }) => name.toLowerCase() === 'from')?.value
  const files = mail.attachments.filter(({ contentId }) => !contentId || !mail.html?.includes(`cid:${contentId}`))

  return (
    <article className={classes.mail} aria-label={mail.subject ?? ''}>
      <div className={classes.top}>
        <Button
          className={classes.back ?? ''}
          variant="subtle"
          size="compact-sm"
          leftSection={<IconArrowLeft size={15} aria-hidden />}
          onClick={onBack}
        >
          {t('sandbox.backToList')}
        </Button>
        <Group justify="space-between" align="flex-start" wrap="nowrap" gap="sm">
          <h2 className={classes.mailTitle}>{mail.subject}</h2>
          <Group gap="xs" wrap="nowrap">
            {mail.copies > 1 && (
              <Tooltip label={t('sandbox.copiesHint')} multiline maw={260}>
                <Badge color="orange" variant="light">
                  {t('sandbox.copies', { count: mail.copies })}
                </Badge>
              </Tooltip>
            )}
            <PageLink to="/messages/$id" params={{ id: mail.messageId }} fz="sm">
              <Group gap={4} wrap="nowrap" component="span">
                <IconRoute size={16} aria-hidden />
                {t('sandbox.follow')}
              </Group>
            </PageLink>
          </Group>
        </Group>
        <dl className={classes.meta}>
          <dt>{t('sandbox.from')}</dt>
          <dd>{from}</dd>
          <dt>{t('sandbox.to')}</dt>
          <dd>{mail.contactName ? `${mail.contactName} <${mail.address}>` : mail.address}</dd>
          <dt>{t('sandbox.date')}</dt>
          <dd>
            <When at={mail.createdAt} />
          </dd>
        </dl>
        {files.length > 0 && (
          <ul className={classes.files} aria-label={t('message.attachments')}>
            {files.map(({ index, filename, bytes }) => (
              <li key={index}>
                <a className={classes.file} href={attachmentPath(mail.id, index)} download={filename ?? ''}>
                  <IconPaperclip size={15} aria-hidden style={{ flex: 'none' }} />
                  <VisuallyHidden>{t('sandbox.download')}</VisuallyHidden>
                  <span className={classes.fileName}>{filename}</span>
                  <Text component="span" fz="xs" c="dimmed" style={{ flex: 'none' }}>
                    {sizeText(bytes, format)}
                  </Text>
                </a>
              </li>
            ))}
          </ul>
        )}
      </div>
      <Tabs
        defaultValue={mail.html ? 'html' : 'text'}
        keepMounted={false}
        display="flex"
        style={{ flexDirection: 'column', flex: 1, minHeight: 0 }}
      >
        <Tabs.List px="md">
          {mail.html && <Tabs.Tab value="html">{t('sandbox.tabMail')}</Tabs.Tab>}
          <Tabs.Tab value="text">{t('sandbox.tabText')}</Tabs.Tab>
          <Tabs.Tab value="headers">{t('sandbox.tabHeaders')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="html" className={classes.panel ?? ''} data-paper>
          {images && <MailFrame html={mail.html ?? ''} images={images} title={t('message.preview')} height="100%" />}
        </Tabs.Panel>
        <Tabs.Panel value="text" className={classes.panel ?? ''} tabIndex={0}>
          <pre className={classes.source}>{mail.text || t('sandbox.noText')}</pre>
        </Tabs.Panel>
        <Tabs.Panel value="headers" className={classes.panel ?? ''} tabIndex={0}>
          <table className={classes.headers}>
            <tbody>
              {mail.headers.map(({ name, value }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a header may stand twice with the same value; the list never changes
                <tr key={index}>
                  <th scope="row">{name}</th>
                  <td>{value}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Tabs.Panel>
      </Tabs>
    </article>
  )
}
