import { builtIn } from '../../../engine/catalogue/wording.ts'
import { DAY_AND_TIME } from './times.ts'

export const appointmentNoShow = builtIn({
  fr: {
    in_app: {
      title: 'Absence au rendez-vous : {{clientName}}',
      body: `Rendez-vous du ${DAY_AND_TIME} : {{service}}. Une erreur ? Corrigez-la dans l’agenda.`,
      actionUrl: '{{appointmentUrl}}',
    },
  },
  en: {
    in_app: {
      title: '{{clientName}} did not come',
      body: `Appointment on ${DAY_AND_TIME}: {{service}}. A mistake? Correct it in the calendar.`,
      actionUrl: '{{appointmentUrl}}',
    },
  },
})
