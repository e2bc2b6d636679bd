import type { TemplateItem } from '@carillon/client'
import { Accordion, Badge } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useLanguageName } from '../language.ts'
import { ChannelName } from '../parts/channel.tsx'
import { eventName } from '../parts/event-name.ts'
import { Mark } from '../parts/mark.tsx'
import cells from '../parts/table.module.css'
import { Table } from '../parts/table.tsx'
import { When } from '../parts/when.tsx'
import type { Audience } from '../vocabulary.ts'
import type { TemplateGroup } from './groups.ts'
import { TemplateState } from './state.tsx'
import classes from './template-groups.module.css'

interface TemplateGroupsProps {
  groups: readonly TemplateGroup[]
  open: string | undefined
  onOpen(type: string | null): void
}

/** One row for each event, which opens to its templates. */
export function TemplateGroups({ groups, open, onOpen }: TemplateGroupsProps) {
  return (
    <Accordion
      value={open ?? null}
      onChange={onOpen}
      order={2}
      keepMounted={false}
      transitionDuration={120}
      classNames={{
        root: classes.root ?? '',
        item: classes.item ?? '',
        control: classes.control ?? '',
        label: classes.label ?? '',
        content: classes.content ?? '',
      }}
    >
      {groups.map((group) => (
        <Accordion.Item key={group.type} value={group.type}>
          <Accordion.Control>
            <Heading group={group} />
          </Accordion.Control>
          <Accordion.Panel>
            <Items group={group} />
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  )
}

function Heading({ group }: { group: TemplateGroup }) {
  const { t } = useTranslation()
  const { type, audiences, channels, locales, own, drafts, changed } = group
  return (
    <span className={classes.heading}>
      <span className={classes.event}>
        <b>{eventName(type)}</b>
        <small>{audiences.map((audience) => t(`audience.${audience as Audience}`)).join(', ')}</small>
      </span>
      <span className={classes.marks}>
        {own > 0 && (
          <Badge variant="light" radius="sm" tt="none" fw={600}>
            {t('templates.own', { count: own })}
          </Badge>
        )}
        {drafts > 0 && <Mark>{t('templates.drafts', { count: drafts })}</Mark>}
        {changed > 0 && <Mark>{t('templates.changed', { count: changed })}</Mark>}
      </span>
      <span className={classes.kinds}>
        {channels.map((channel) => (
          <span key={channel} className={classes.kind}>
            <ChannelName channel={channel} />
          </span>
        ))}
      </span>
      <span className={classes.locales}>{locales.join(' · ').toUpperCase()}</span>
    </span>
  )
}

function Items({ group }: { group: TemplateGroup }) {
  const { t } = useTranslation()
  const languageName = useLanguageName()
  const severalAudiences = group.audiences.length > 1
  return (
    <Table
      label={eventName(group.type)}
      columns={[t('messages.channel'), t('message.language'), t('templates.state')]}
      when={t('templates.published')}
    >
      {group.items.map((item) => {
        const { key, channel, locale, live } = item
        return (
          <tr key={`${key} ${channel} ${locale}`}>
            <td className={cells.recipient}>
              <Link to="/templates/$key/$channel/$locale" params={{ key, channel, locale }} className={cells.link}>
                {t(`channel.${channel}`)}
              </Link>
              {severalAudiences && <span className={cells.address}>{forWhom(item, t)}</span>}
            </td>
            <td className={cells.type}>{languageName(locale)}</td>
            <td className={cells.status}>
              <TemplateState template={item} />
            </td>
            <td className={`${cells.when} ${cells.right}`}>{live && <When at={live.publishedAt} />}</td>
          </tr>
        )
      })}
    </Table>
  )
}

const forWhom = ({ audiences }: TemplateItem, t: (key: `audience.${Audience}`) => string): string =>
  audiences.map((audience) => t(`audience.${audience as Audience}`)).join(', ')
