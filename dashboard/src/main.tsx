import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './page.css'
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { type ReactNode, StrictMode, useMemo } from 'react'
import { createRoot } from 'react-dom/client'
import { useTranslation } from 'react-i18next'
import { preferredLanguage, startLanguage } from './language.ts'
import { createQueryClient } from './query-client.ts'
import { createPages } from './router.ts'
import { sessionQuery } from './session/queries.ts'
import { themeIn } from './theme.ts'

const root = document.getElementById('root')
if (!root) throw new Error('The page has no #root')

const queryClient = createQueryClient(() => {
  queryClient.removeQueries({ queryKey: sessionQuery.queryKey })
  void router.invalidate()
})
const router = createPages(queryClient)
const textsReady = startLanguage(preferredLanguage())
// Asked for at once: the first page cannot be chosen before, and the texts come meanwhile.
void queryClient.prefetchQuery(sessionQuery)
const colorSchemes = localStorageColorSchemeManager({ key: 'carillon-color-scheme' })

function Themed({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation()
  const theme = useMemo(() => themeIn(i18n.language), [i18n.language])
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={colorSchemes}>
      {children}
    </MantineProvider>
  )
}

await textsReady
createRoot(root).render(
  <StrictMode>
    <Themed>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </Themed>
  </StrictMode>,
)
