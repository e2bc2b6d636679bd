import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { carillon } from '../client.ts'
import { createLiveCache } from './live-cache.ts'

type Connection = 'connecting' | 'live' | 'offline'

const ConnectionContext = createContext<Connection>('connecting')

export const useConnection = () => useContext(ConnectionContext)

/** While it is mounted, what the server reports changes what the pages show. */
export function Live({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient()
  const [connection, setConnection] = useState<Connection>('connecting')

  useEffect(() => {
    const cache = createLiveCache(queryClient)
    const socket = carillon.connectRealtime({ onEvent: cache.apply, onState: setConnection, onGap: cache.catchUp })
    const retryNow = () => socket.retryNow()
    window.addEventListener('online', retryNow)
    return () => {
      window.removeEventListener('online', retryNow)
      socket.close()
      cache.stop()
    }
  }, [queryClient])

  return <ConnectionContext value={connection}>{children}</ConnectionContext>
}
