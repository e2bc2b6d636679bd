import type { Contact } from '@carillon/client'
import { Button, Group, Skeleton, Stack } from '@mantine/core'
import { IconPencil, IconSend } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguageName } from '../language.ts'
import { MessageRows } from '../messages/message-rows.tsx'
import { messagesQuery } from '../messages/queries.ts'
import { BackLink } from '../parts/back.tsx'
import columns from '../parts/columns.module.css'
import { Dialog } from '../parts/dialog.tsx'
import { Empty } from '../parts/empty.tsx'
import { Fact, Facts, Reference } from '../parts/facts.tsx'
import { PageLink } from '../parts/link.tsx'
import { Page } from '../parts/page.tsx'
import { Panel } from '../parts/panel.tsx'
import { ProblemNotice } from '../parts/problem.tsx'
import { When } from '../parts/when.tsx'
import { useMay } from '../session/session.ts'
import { Consents } from './consents.tsx'
import { ContactForm } from './contact-form.tsx'
import { Erase } from './erase.tsx'
import { Export } from './export.tsx'
import { Preferences } from './preferences.tsx'
import { contactQuery } from './queries.ts'
import { RecordConsent } from './record-consent.tsx'
import { Written } from './written.tsx'

const route = getRouteApi('/inside/contacts/$id')

/** One contact: who they are, what was said, what they agreed to, and what they may ask for. */
export function ContactPage() {
  const { t } = useTranslation()
  const { id } = route.useParams()
  const contact = useQuery(contactQuery(id))
  return (
    <>
      {contact.error && (
        <Page title={t('contacts.title')} back={<BackLink to="/contacts">{t('contacts.title')}</BackLink>}>
          <ProblemNotice error={contact.error} onRetry={() => void contact.refetch()} />
        </Page>
      )}
      {contact.isPending && (
        <Page title={t('contacts.title')} back={<BackLink to="/contacts">{t('contacts.title')}</BackLink>}>
          <Skeleton h={320} aria-label={t('app.loading')} />
        </Page>
      )}
      {contact.data && (contact.data.erasedAt ? <Erased contact={contact.data} /> : <Shown contact={contact.data} />)}
    </>
  )
}

function Erased({ contact }: { contact: Contact }) {
  const { t } = useTranslation()
  return (
    <Page
      title={t('contacts.erased')}
      intro={t('contacts.erasedText')}
      back={<BackLink to="/contacts">{t('contacts.title')}</BackLink>}
    >
      <Panel>
        <Facts>
          {contact.erasedAt && (
            <Fact name={t('contacts.erasedAt')}>
              <When at={contact.erasedAt} />
            </Fact>
          )}
          <Fact name={t('contacts.reference')}>
            <Reference id={contact.id} />
          </Fact>
        </Facts>
      </Panel>
    </Page>
  )
}

function Shown({ contact }: { contact: Contact }) {
  const { t } = useTranslation()
  const may = useMay()
  const languageName = useLanguageName()
  const [edited, setEdited] = useState(false)
  const close = () => setEdited(false)
  const messages = useInfiniteQuery(messagesQuery({ contactId: contact.id }))
  const items = messages.data?.pages.flatMap((page) => page.items) ?? []
  const facts: [string, string | null][] = [
    [t('contacts.email'), contact.email],
    [t('contacts.phone'), contact.phone],
    [t('contacts.whatsapp'), contact.whatsappId],
    [t('contacts.language'), contact.locale && languageName(contact.locale)],
    [t('contacts.timeZone'), contact.timeZone],
    [t('contacts.externalId'), contact.externalId],
  ]
  return (
    <Page
      title={contact.name || contact.email || contact.phone || t('contacts.nameless')}
      back={<BackLink to="/contacts">{t('contacts.title')}</BackLink>}
      actions={
        <Group gap="xs">
          {may('contacts.manage') && (
            <Button
              variant="default"
              leftSection={<IconPencil size={17} aria-hidden />}
              aria-haspopup="dialog"
              onClick={() => setEdited(true)}
            >
              {t('contacts.edit')}
            </Button>
          )}
          {may('data.export') && <Export contactId={contact.id} />}
          {may('data.erase') && <Erase contactId={contact.id} />}
        </Group>
      }
    >
      <Dialog opened={edited} title={t('contacts.edit')} onClose={close}>
        <ContactForm contact={contact} onBack={close} onSaved={close} />
      </Dialog>
      <div className={columns.columns}>
        <Stack>
          <Panel title={t('contacts.messages')} flush>
            {messages.error && <ProblemNotice error={messages.error} onRetry={() => void messages.refetch()} />}
            {messages.isPending && <Skeleton h={180} />}
            {messages.data && items.length === 0 && <Empty icon={IconSend} title={t('contacts.noMessages')} />}
            {items.length > 0 && <MessageRows items={items} label={t('contacts.messages')} />}
          </Panel>
          {messages.hasNextPage && (
            <PageLink to="/messages" search={{ contactId: contact.id }} fz="sm">
              {t('contacts.allMessages')}
            </PageLink>
          )}
          <PageLink to="/reminders" search={{ contactId: contact.id, all: true }} fz="sm">
            {t('contacts.reminders')}
          </PageLink>
          <Written contactId={contact.id} />
        </Stack>
        <Stack>
          <Panel title={t('contacts.details')}>
            <Facts>
              {facts.map(([name, value]) =>
                value ? (
                  <Fact key={name} name={name}>
                    {value}
                  </Fact>
                ) : null,
              )}
              <Fact name={t('contacts.added')}>
                <When at={contact.createdAt} />
              </Fact>
              <Fact name={t('contacts.reference')}>
                <Reference id={contact.id} />
              </Fact>
              {Object.entries(contact.attributes).map(([name, value]) => (
                <Fact key={name} name={name}>
                  {typeof value === 'string' ? value : JSON.stringify(value)}
                </Fact>
              ))}
            </Facts>
          </Panel>
          <Panel title={t('contacts.preferences')}>
            <Preferences contactId={contact.id} />
          </Panel>
          <Panel
            title={t('contacts.consents')}
            {...(may('contacts.manage') && { actions: <RecordConsent contact={contact} /> })}
          >
            <Consents contactId={contact.id} />
          </Panel>
        </Stack>
      </div>
    </Page>
  )
}
