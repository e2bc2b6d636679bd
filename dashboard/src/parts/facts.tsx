import { ActionIcon, CopyButton, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import classes from './facts.module.css'

/** Names and values, one line each. */
export function Facts({ children }: { children: ReactNode }) {
  return <dl className={classes.facts}>{children}</dl>
}

export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** An id: its end, and a button that copies the whole of it. */
export const Reference = ({ id }: { id: string }) => <CopyField value={id} shown={`…${id.slice(-12)}`} />

/** Something to take elsewhere, with a button that copies it. */
export function CopyField({ value, shown = value }: { value: string; shown?: string }) {
  const { t } = useTranslation()
  return (
    <span className={classes.reference}>
      <code title={value}>{shown}</code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t('message.copied') : t('message.copy')}>
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t('message.copy')} onClick={copy}>
              {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </span>
  )
}
