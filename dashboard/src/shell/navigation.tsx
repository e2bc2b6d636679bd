import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '../session/session.ts'
import { pagesFor } from './pages.ts'
import classes from './shell.module.css'

export function Navigation() {
  const { t } = useTranslation()
  const session = useSession()
  return (
    <ul className={classes.links}>
      {pagesFor(session).map(({ to, name, icon: Glyph, exact }) => (
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
