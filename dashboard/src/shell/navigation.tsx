import { Link, useLocation } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '../session/session.ts'
import { pagesFor } from './pages.ts'
import classes from './shell.module.css'

export function Navigation() {
  const { t } = useTranslation()
  const session = useSession()
  const { pathname } = useLocation()
  return (
    <ul className={classes.links}>
      {pagesFor(session).map((page) => {
        const { to, name, icon: Glyph, exact } = page
        const below = 'also' in page && pathname.startsWith(page.also)
        return (
          <li key={to}>
            <Link
              to={to}
              className={classes.link}
              activeOptions={{ exact, includeSearch: false }}
              data-below={below || undefined}
            >
              <Glyph size={19} stroke={1.7} aria-hidden />
              {t(`nav.${name}`)}
            </Link>
          </li>
        )
      })}
    </ul>
  )
}
