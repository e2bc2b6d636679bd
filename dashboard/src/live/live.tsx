import { CarillonError } from '@carillon/client'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { carillon } from '../client.ts'
import { createLiveCache } from './live-cache.ts'

type Connection = 'connecting' | 'live' | 'offline'

const NEW_COOKIE_MS = 1_000

const ConnectionContext = createContext<Connection>('connecting')

export const useConnection = () => useContext(ConnectionContext)

/** While it is mounted, what the server reports changes what the pages show. */
export function Live({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient()
  const router = useRouter()
  const [connection, setConnection] = useState<Connection>('connecting')

  useEffect(() => {
    let left = false
    /** The server closes the socket of a session that has ended: the page may not stay. */
    async function leaveIfSignedOut() {
      // Whose own session has just become another one may still wait for its cookie.
      await new Promise((resolve) => setTimeout(resolve, NEW_COOKIE_MS))
      if (left) return
      const problem = await carillon.session.get().then(
        () => undefined,
        (error: unknown) => error,
      )
      if (left || !(problem instanceof CarillonError) || problem.status !== 401) return
      const { href, pathname } = router.state.location
      await router.navigate({ to: '/sign-in', search: pathname === '/' ? {} : { next: href } })
      queryClient.clear()
    }
    const cache = createLiveCache(queryClient)
    let first = true
    const socket = carillon.connectRealtime({
      onEvent: cache.apply,
      onGap: cache.catchUp,
      onState(state) {
        setConnection(state)
        if (state === 'connecting' && !first) void leaveIfSignedOut()
        if (state !== 'live' || !first) return
        // What changed between the first requests and now was told to nobody. Later breaks resume where they were.
        first = false
        cache.catchUp()
      },
    })
    const retryNow = () => socket.retryNow()
    window.addEventListener('online', retryNow)
    return () => {
      left = true
      window.removeEventListener('online', retryNow)
      socket.close()
      cache.stop()
    }
  }, [queryClient, router])

  return <ConnectionContext value={connection}>{children}</ConnectionContext>
}
