import { Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useConnection } from '../live/live.tsx'
import classes from './shell.module.css'

export function ConnectionSign() {
  const { t } = useTranslation()
  const state = useConnection()
  return (
    <Tooltip label={t(`live.${state}Hint`)}>
      <span className={classes.connection} data-state={state} role="status" aria-label={t(`live.${state}`)}>
        <i aria-hidden />
        <span className="mantine-visible-from-xs">{t(`live.${state}`)}</span>
      </span>
    </Tooltip>
  )
}
