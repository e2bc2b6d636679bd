import { IconAlertTriangle, IconBuildingBroadcastTower, IconFlask, IconHome, IconSend } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import classes from './shell.module.css'

/** In the order they are shown. A page is listed once it exists. */
const PAGES = [
  { to: '/', name: 'overview', icon: IconHome, exact: true },
  { to: '/messages', name: 'messages', icon: IconSend, exact: false },
  { to: '/failed', name: 'failed', icon: IconAlertTriangle, exact: false },
  { to: '/providers', name: 'providers', icon: IconBuildingBroadcastTower, exact: false },
  { to: '/sandbox', name: 'sandbox', icon: IconFlask, exact: false },
] as const

export function Navigation() {
  const { t } = useTranslation()
  return (
    <ul className={classes.links}>
      {PAGES.map(({ to, name, icon: Glyph, exact }) => (
        <li key={to}>
          <Link to={to} className={classes.link} activeOptions={{ exact, includeSearch: false }}>
            <Glyph size={19} stroke={1.7} aria-hidden />
            {t(`nav.${name}`)}
          </Link>
        </li>
      ))}
    </ul>
  )
}
