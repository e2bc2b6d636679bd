// Generated from the catalogue by sdk/generate.ts; do not edit.

/**
 * What each event of the catalogue tells.
 */
export interface EventPayloads {
  'account.created': {
    /**
     * Works once; no password ever travels in a message
     */
    setPasswordUrl: string
    expiresAt: string
  }
  'alert.over': {
    rule:
      | 'bounces'
      | 'complaints'
      | 'queue'
      | 'dead_letters'
      | 'automation'
      | 'automation_late'
      | 'cost'
      | 'webhooks'
      | 'inbound'
      | 'reports'
      | 'reminders'
    /**
     * Which lane, or which automation
     */
    subject?: string
    since: string
    measured?: number
    limit?: number
    currency?: string
    /**
     * Where one sees more of it
     */
    alertUrl?: string
    endedAt: string
    /**
     * How long it lasted
     */
    minutes: number
  }
  'alert.raised': {
    rule:
      | 'bounces'
      | 'complaints'
      | 'queue'
      | 'dead_letters'
      | 'automation'
      | 'automation_late'
      | 'cost'
      | 'webhooks'
      | 'inbound'
      | 'reports'
      | 'reminders'
    /**
     * Which lane, or which automation
     */
    subject?: string
    since: string
    measured: number
    limit: number
    currency?: string
    /**
     * Where one sees more of it
     */
    alertUrl?: string
  }
  'analytics.daily': {
    day: string
    orders: number
    /**
     * In minor units: 1250 is 12,50 €
     */
    revenue: number
    /**
     * Of the same day a week before
     */
    previousRevenue?: number
    currency: string
    newCustomers: number
    returningCustomers: number
    messagesReceived: number
    averageRating?: number
    dashboardUrl?: string
  }
  'appointment.assigned': {
    service: string
    practitioner?: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    durationMinutes?: number
    /**
     * A member or a contact
     */
    practitionerId?: string
    clientName: string
    appointmentUrl?: string
  }
  'appointment.booked': {
    service: string
    practitioner?: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    durationMinutes?: number
    clientName: string
    isOnline?: boolean
    note?: string
    appointmentUrl?: string
  }
  'appointment.cancellation_requested': {
    service: string
    practitioner?: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    durationMinutes?: number
    clientName: string
    reason?: string
    appointmentUrl?: string
  }
  'appointment.cancelled_by_business': {
    service: string
    practitioner?: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    durationMinutes?: number
    reason?: string
    /**
     * In minor units: 1250 is 12,50 €
     */
    refundAmount?: number
    currency?: string
    rebookUrl?: string
  }
  'appointment.cancelled_by_client': {
    service: string
    practitioner?: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    durationMinutes?: number
    /**
     * A member or a contact
     */
    practitionerId?: string
    clientName: string
    /**
     * The client’s own words
     */
    reason?: string
    appointmentUrl?: string
  }
  'appointment.confirmation_requested': {
    service: string
    practitioner?: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    durationMinutes?: number
    clientName: string
    clientPhone?: string
    note?: string
    appointmentUrl?: string
  }
  'appointment.confirmed': {
    service: string
    practitioner?: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    durationMinutes?: number
    place?: string
    manageUrl?: string
  }
  'appointment.no_show': {
    service: string
    practitioner?: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    durationMinutes?: number
    /**
     * A member or a contact
     */
    practitionerId?: string
    clientName: string
    appointmentUrl?: string
  }
  'appointment.reminder_1h': {
    service: string
    practitioner?: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    durationMinutes?: number
    place?: string
    manageUrl?: string
  }
  'appointment.reminder_24h': {
    service: string
    practitioner?: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    durationMinutes?: number
    place?: string
    confirmUrl?: string
    manageUrl?: string
  }
  'appointment.rescheduled': {
    service: string
    practitioner?: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    durationMinutes?: number
    previousStartsAt: string
    clientName: string
    place?: string
    /**
     * The client’s own page
     */
    manageUrl?: string
    /**
     * The page for the staff
     */
    appointmentUrl?: string
  }
  'appointment.starting_soon': {
    service: string
    practitioner?: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    durationMinutes?: number
    /**
     * A member or a contact
     */
    practitionerId?: string
    clientName: string
    place?: string
    appointmentUrl?: string
  }
  'automation.failed': {
    name: string
    error: string
    historyUrl?: string
  }
  'booking.cancelled': {
    reference: string
    service: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    city: string
    /**
     * Told to the client and the staff
     */
    reason?: string
    /**
     * For the staff
     */
    clientName?: string
    /**
     * The contact who had accepted the mission, if anybody had
     */
    professionalId?: string
    /**
     * The client’s own page
     */
    bookingUrl?: string
    /**
     * The professional’s page
     */
    missionUrl?: string
    /**
     * The page for the staff
     */
    adminUrl?: string
    /**
     * In minor units: 1250 is 12,50 €
     */
    refundAmount?: number
    currency?: string
  }
  'booking.checkout_failed': {
    service: string
    /**
     * In minor units: 1250 is 12,50 €
     */
    amount: number
    currency: string
    reason?: string
    validUntil?: string
    checkoutUrl: string
  }
  'booking.confirmed': {
    reference: string
    service: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    address: string
    /**
     * In minor units: 1250 is 12,50 €
     */
    amount: number
    currency: string
    insurance?: boolean
    /**
     * The invoice is attached
     */
    withInvoice?: boolean
    clientName: string
    clientPhone?: string
    clientEmail?: string
    /**
     * For the staff: what the service needs to know
     *
     * @maxItems 50
     */
    details?: {
      label: string
      value: string
    }[]
    /**
     * Who is responsible for this kind of service
     *
     * @maxItems 50
     *
     * Items: A member or a contact
     */
    responsibleIds?: string[]
    /**
     * The client’s own page
     */
    bookingUrl?: string
    /**
     * The page for the staff
     */
    adminUrl?: string
  }
  'booking.document_ready': {
    reference: string
    service: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    /**
     * What it is, with its number
     */
    title: string
    /**
     * The client’s own page
     */
    bookingUrl?: string
  }
  'booking.moved': {
    reference: string
    service: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    city: string
    /**
     * Told to the client and the staff
     */
    reason?: string
    /**
     * For the staff
     */
    clientName?: string
    /**
     * The contact who had accepted the mission, if anybody had
     */
    professionalId?: string
    /**
     * The client’s own page
     */
    bookingUrl?: string
    /**
     * The professional’s page
     */
    missionUrl?: string
    /**
     * The page for the staff
     */
    adminUrl?: string
    previousStartsAt: string
  }
  'booking.price_mismatch': {
    reference: string
    clientName: string
    /**
     * In minor units: 1250 is 12,50 €
     */
    expected: number
    /**
     * In minor units: 1250 is 12,50 €
     */
    paid: number
    currency: string
    /**
     * Of what is expected, where that is another
     */
    expectedCurrency?: string
    paymentReference?: string
    /**
     * What else differs from the quote
     */
    why?: string
    bookingUrl?: string
  }
  'booking.reminder_1h': {
    reference: string
    service: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    address: string
    bookingUrl?: string
  }
  'booking.reminder_24h': {
    reference: string
    service: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    address: string
    bookingUrl?: string
  }
  'booking.reminder_7d': {
    reference: string
    service: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    address: string
    bookingUrl?: string
  }
  'campaign.finished': {
    campaign: string
    /**
     * A member or a contact
     */
    authorId?: string
    sent: number
    delivered: number
    failed: number
    refused?: number
    startedAt: string
    finishedAt: string
    /**
     * In minor units: 1250 is 12,50 €
     */
    cost?: number
    currency?: string
    campaignUrl?: string
  }
  'campaign.message': {
    /**
     * One line; the title in the app
     */
    subject: string
    /**
     * Shown behind the subject in a list of mails
     */
    preheader?: string
    /**
     * Plain text; an empty line starts a new paragraph
     */
    body: string
    actionLabel?: string
    /**
     * A button in the e-mail, a link elsewhere
     */
    actionUrl?: string
  }
  'cart.abandoned': {
    /**
     * @minItems 1
     * @maxItems 200
     */
    items: {
      name: string
      quantity: number
      /**
       * In minor units: 1250 is 12,50 €
       */
      amount: number
    }[]
    /**
     * In minor units: 1250 is 12,50 €
     */
    total: number
    currency: string
    keptUntil?: string
    cartUrl: string
  }
  'client.message_received': {
    /**
     * A member or a contact
     */
    practitionerId?: string
    clientName: string
    /**
     * The first words of the message
     */
    excerpt: string
    conversationUrl?: string
  }
  'client.question_asked': {
    clientName: string
    question: string
    conversationUrl?: string
  }
  'consent.confirm': {
    /**
     * A page that asks; looking at it confirms nothing
     */
    confirmUrl: string
    expiresAt: string
    /**
     * What was agreed to, as it was read
     */
    wording?: string
  }
  'conversation.assigned': {
    /**
     * A member or a contact
     */
    memberId?: string
    contactName: string
    /**
     * Left out: it was given by rule
     */
    assignedBy?: string
    excerpt?: string
    note?: string
    answerBy?: string
    conversationUrl?: string
  }
  'dead_letters.report': {
    total: number
    since: string
    /**
     * @minItems 1
     * @maxItems 8
     */
    reasons: {
      reason: 'permanent' | 'suppressed' | 'tries' | 'deadline' | 'uncertain' | 'render' | 'no_provider' | 'reported'
      count: number
    }[]
    failedUrl?: string
  }
  'digest.ready': {
    count: number
    /**
     * @minItems 1
     * @maxItems 100
     */
    items: {
      title: string
      body?: string
      url?: string
    }[]
    /**
     * How many more there were than are listed
     */
    left?: number
  }
  'document.filed': {
    documentName: string
    category?: string
    caseReference: string
    /**
     * Told to the firm alone
     */
    caseTitle?: string
    clientName: string
    /**
     * A member or a contact
     */
    responsibleId?: string
    receivedAt: string
    /**
     * What the client wrote with it
     */
    caption?: string
    /**
     * For the firm
     */
    documentUrl?: string
  }
  'document.pending': {
    documentName: string
    /**
     * The client’s name, else the number
     */
    senderName: string
    why: 'several_cases' | 'no_case' | 'unknown_sender'
    /**
     * A member or a contact
     */
    responsibleId?: string
    receivedAt: string
    caption?: string
    chooseUrl?: string
  }
  'guest.welcome': {
    reference?: string
    shopUrl?: string
    createAccountUrl?: string
  }
  'inbound.down': {
    since: string
    waiting?: number
    lastError?: string
    statusUrl?: string
  }
  'inbound.errors': {
    errors: number
    since: string
    lastError?: string
    channelNumber?: string
    inboxUrl?: string
  }
  'invoice.issued': {
    number: string
    issuedOn: string
    /**
     * In minor units: 1250 is 12,50 €
     */
    total: number
    currency: string
    paid?: boolean
    dueOn?: string
    orderReference?: string
    invoiceUrl?: string
    /**
     * False when the invoice is only linked
     */
    hasAttachment?: boolean
  }
  'member.invited': {
    invitedBy: string
    acceptUrl: string
    expiresAt: string
  }
  'member.password_reset': {
    resetUrl: string
    expiresAt: string
  }
  'member.sign_in_changed': {
    change: 'password' | 'second_factor_on' | 'second_factor_off' | 'backup_codes'
    at: string
    resetUrl: string
  }
  'member.sign_in_link': {
    signInUrl: string
    expiresAt: string
  }
  'message.custom': {
    /**
     * One line; the title in the app
     */
    subject: string
    /**
     * Plain text; an empty line starts a new paragraph
     */
    body: string
    /**
     * Replaces the whole HTML part of the e-mail; the text part is still made from body
     */
    html?: string
    actionLabel?: string
    /**
     * A button in the e-mail, a link elsewhere
     */
    actionUrl?: string
  }
  'message.outside_hours': {
    opensAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    openingHours?: string
    urgentPhone?: string
  }
  'mission.accepted': {
    mission: string
    service: string
    city: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    address: string
    clientName: string
    clientPhone?: string
    notes?: string
    /**
     * What the professional earns, in minor units; never what the client pays
     */
    pay?: number
    currency?: string
    /**
     * A member or a contact
     */
    professionalId?: string
    professionalName: string
    /**
     * The professional’s page
     */
    missionUrl?: string
    /**
     * The page for the staff
     */
    bookingUrl?: string
  }
  'mission.day_of': {
    mission: string
    service: string
    city: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    address: string
    clientName: string
    clientPhone?: string
    notes?: string
    /**
     * A member or a contact
     */
    professionalId?: string
    missionUrl?: string
  }
  'mission.expired': {
    mission: string
    service: string
    city: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
  }
  'mission.proposed': {
    mission: string
    service: string
    city: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    /**
     * How large the job is, in the words of the service
     *
     * @maxItems 50
     */
    size?: {
      label: string
      value: string
    }[]
    distanceKm?: number
    durationHours?: number
    /**
     * What the professional earns, in minor units; never what the client pays
     */
    pay?: number
    currency?: string
    urgent?: boolean
    answerBy: string
    /**
     * A page that asks; looking at it accepts nothing
     */
    acceptUrl: string
    refuseUrl?: string
  }
  'mission.reopened': {
    mission: string
    service: string
    city: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    bookingReference: string
    bookingUrl?: string
  }
  'mission.taken': {
    mission: string
    service: string
    city: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
  }
  'mission.unassigned': {
    mission: string
    service: string
    city: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    bookingReference: string
    asked: number
    radiusKm: number
    bookingUrl?: string
  }
  'order.confirmed': {
    reference: string
    /**
     * @minItems 1
     * @maxItems 200
     */
    items: {
      name: string
      quantity: number
      /**
       * In minor units: 1250 is 12,50 €
       */
      amount: number
    }[]
    /**
     * In minor units: 1250 is 12,50 €
     */
    total: number
    currency: string
    pickupPlace?: string
    pickupAt?: string
    orderUrl?: string
  }
  'order.pickup_reminder': {
    reference: string
    pickupPlace: string
    openingHours?: string
    pickupCode?: string
    keptUntil?: string
  }
  'order.ready_for_pickup': {
    reference: string
    pickupPlace: string
    openingHours?: string
    pickupCode?: string
    keptUntil?: string
  }
  'order.satisfaction': {
    reference: string
    ratingUrl?: string
  }
  'payment.confirmed': {
    /**
     * In minor units: 1250 is 12,50 €
     */
    amount: number
    currency: string
    paidAt: string
    purpose?: string
    method?: string
    receiptUrl?: string
  }
  'payment.disputed': {
    /**
     * In minor units: 1250 is 12,50 €
     */
    amount: number
    currency: string
    paymentReference: string
    bookingReference?: string
    /**
     * In words; as the payment vendor says it where there are none
     */
    reason?: string
    /**
     * Until when evidence is taken
     */
    answerBy?: string
    /**
     * It is over: the money is gone
     */
    lost?: boolean
    /**
     * It is over: the money stays
     */
    won?: boolean
    paymentUrl?: string
  }
  'payment.orphaned': {
    /**
     * In minor units: 1250 is 12,50 €
     */
    amount: number
    currency: string
    paymentReference: string
    payerEmail?: string
    receivedAt: string
    /**
     * What is missing
     */
    why?: string
    paymentUrl?: string
  }
  'payment.problem': {
    clientName: string
    clientPhone?: string
    /**
     * In minor units: 1250 is 12,50 €
     */
    amount: number
    currency: string
    /**
     * What went wrong, in words
     */
    problem: string
    purpose?: string
    paymentUrl?: string
  }
  'payment.received': {
    /**
     * In minor units: 1250 is 12,50 €
     */
    amount: number
    currency: string
    payerName: string
    purpose?: string
    paymentUrl?: string
  }
  'payment.reminder': {
    reference: string
    /**
     * In minor units: 1250 is 12,50 €
     */
    amount: number
    currency: string
    payBefore?: string
    payUrl: string
  }
  'payment.retry': {
    reference: string
    /**
     * In minor units: 1250 is 12,50 €
     */
    amount: number
    currency: string
    payBefore?: string
    payUrl: string
    reason?: string
  }
  'platform.business_signed_up': {
    businessName: string
    ownerName?: string
    country?: string
    plan?: string
    trialEndsOn?: string
    /**
     * How they heard of the platform
     */
    source?: string
    businessUrl?: string
  }
  'platform.customer_payment_failed': {
    businessName: string
    /**
     * In minor units: 1250 is 12,50 €
     */
    amount: number
    currency: string
    attempt: number
    reason?: string
    /**
     * Left out: it was the last
     */
    nextAttemptOn?: string
    businessUrl?: string
  }
  'platform.fraud_detected': {
    businessName: string
    /**
     * What was seen
     */
    signal: string
    /**
     * What was done at once, by itself
     */
    actionTaken?: string
    detectedAt: string
    caseUrl?: string
  }
  'platform.health_degraded': {
    component: string
    /**
     * What was measured, in words
     */
    indicator: string
    measured: string
    expected?: string
    impact?: string
    since: string
    /**
     * Set when it is over
     */
    endedAt?: string
    dashboardUrl?: string
  }
  'platform.quota_exceeded': {
    businessName: string
    /**
     * What is counted, in words
     */
    quota: string
    used: number
    limit: number
    resetsAt?: string
    plan?: string
    businessUrl?: string
  }
  'platform.subscription_changed': {
    businessName: string
    direction: 'up' | 'down'
    fromPlan: string
    toPlan: string
    /**
     * In minor units; below zero when they pay less
     */
    monthlyDifference: number
    currency: string
    effectiveOn: string
    reason?: string
    businessUrl?: string
  }
  'platform.support_ticket_urgent': {
    businessName: string
    subject: string
    excerpt?: string
    openedBy?: string
    openedAt: string
    /**
     * What was promised to them
     */
    answerBy?: string
    ticketUrl?: string
  }
  'platform.system_alert': {
    /**
     * A few words: an SMS has room for about eighty characters
     */
    title: string
    detail: string
    component?: string
    /**
     * Who notices what
     */
    impact?: string
    since: string
    /**
     * Where it says what to do
     */
    alertUrl?: string
  }
  'practitioner.changed': {
    service: string
    practitioner: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    durationMinutes?: number
    previousPractitioner?: string
    place?: string
    manageUrl?: string
  }
  'provider.down': {
    provider: string
    channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
    since: string
    reason?: string
    /**
     * Which account carries the messages meanwhile
     */
    fallback?: string
    waiting?: number
    providersUrl?: string
  }
  'provider.recovered': {
    provider: string
    channel: 'email' | 'sms' | 'whatsapp' | 'in_app'
    downSince: string
    recoveredAt: string
    /**
     * How long that was
     */
    minutes?: number
    waiting?: number
    /**
     * Messages that other accounts carried meanwhile
     */
    elsewhere?: number
    providersUrl?: string
  }
  'quota.reached': {
    /**
     * What is counted, in words
     */
    quota: string
    used: number
    limit: number
    waiting?: number
    resetsAt?: string
    settingsUrl?: string
  }
  'quote.created': {
    service: string
    /**
     * In minor units: 1250 is 12,50 €
     */
    amount: number
    currency: string
    /**
     * How the price comes about
     *
     * @maxItems 50
     */
    lines?: {
      label: string
      /**
       * In minor units: 1250 is 12,50 €
       */
      amount: number
    }[]
    wishedAt?: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    address?: string
    validUntil: string
    checkoutUrl: string
  }
  'refund.failed': {
    /**
     * In minor units: 1250 is 12,50 €
     */
    amount: number
    currency: string
    paymentReference: string
    bookingReference?: string
    /**
     * In words; as the payment vendor says it where there are none
     */
    reason?: string
    /**
     * It had been said to be done, and a credit note was issued
     */
    credited?: boolean
    paymentUrl?: string
  }
  'report.daily': {
    day: string
    appointments: number
    cancelled: number
    noShows: number
    /**
     * In minor units: 1250 is 12,50 €
     */
    revenue: number
    currency: string
    /**
     * The average of that day
     */
    rating?: number
    ratings?: number
    /**
     * Appointments of the next day
     */
    tomorrow?: number
    /**
     * @maxItems 24
     */
    hours?: {
      hour: number
      appointments: number
      /**
       * Of the largest, in hundredths: the length of its bar
       */
      share: number
    }[]
    reportUrl?: string
  }
  'report.weekly': {
    weekFrom: string
    appointments: number
    previousAppointments?: number
    cancelled: number
    noShows: number
    /**
     * In minor units: 1250 is 12,50 €
     */
    revenue: number
    /**
     * In minor units: 1250 is 12,50 €
     */
    previousRevenue?: number
    currency: string
    newClients?: number
    /**
     * The average of that week
     */
    rating?: number
    ratings?: number
    /**
     * @maxItems 7
     */
    days?: {
      day: string
      appointments: number
      /**
       * Of the largest, in hundredths: the length of its bar
       */
      share: number
    }[]
    reportUrl?: string
  }
  'review.negative': {
    customerName: string
    customerPhone?: string
    rating: number
    comment?: string
    reference?: string
    reviewUrl?: string
  }
  'review.requested': {
    /**
     * A service, or an order
     */
    about?: string
    reviewUrl: string
  }
  'schedule.changed': {
    /**
     * A member or a contact
     */
    practitionerId?: string
    /**
     * @minItems 1
     * @maxItems 62
     */
    changes: {
      day: string
      /**
       * Left out: a day off
       */
      hours?: string
    }[]
    changedBy?: string
    scheduleUrl?: string
  }
  'sender.unknown': {
    senderPhone: string
    /**
     * As WhatsApp shows it
     */
    senderName?: string
    excerpt?: string
    documents?: number
    receivedAt: string
    /**
     * Where the sender may introduce themselves
     */
    registerUrl?: string
    /**
     * For the firm
     */
    conversationUrl?: string
  }
  'service.changed': {
    service: string
    practitioner?: string
    startsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    durationMinutes?: number
    previousService?: string
    /**
     * In minor units: 1250 is 12,50 €
     */
    price?: number
    currency?: string
    manageUrl?: string
  }
  'shift.starting': {
    /**
     * A member or a contact
     */
    practitionerId?: string
    startsAt: string
    endsAt: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    place?: string
    appointments?: number
    scheduleUrl?: string
  }
  'sms.budget_80': {
    channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
    /**
     * In minor units: 1250 is 12,50 €
     */
    spent: number
    /**
     * In minor units: 1250 is 12,50 €
     */
    budget: number
    currency: string
    resetsOn?: string
    budgetUrl?: string
    /**
     * In minor units: 1250 is 12,50 €
     */
    left: number
  }
  'sms.budget_reached': {
    channel?: 'email' | 'sms' | 'whatsapp' | 'in_app'
    /**
     * In minor units: 1250 is 12,50 €
     */
    spent: number
    /**
     * In minor units: 1250 is 12,50 €
     */
    budget: number
    currency: string
    resetsOn?: string
    budgetUrl?: string
    stopped?: boolean
  }
  'sms.country_braked': {
    /**
     * Its name, in the reader’s language
     */
    country: string
    /**
     * How many went there in 24 hours before the others were held back
     */
    limit: number
    since: string
    /**
     * Where one lets it through
     */
    settingsUrl?: string
  }
  'staff.availability_changed': {
    practitioner: string
    /**
     * False: they are away
     */
    isAvailable: boolean
    from: string
    until: string
    /**
     * IANA zone of the place; the contact’s own when absent
     */
    placeTimeZone?: string
    reason?: string
    /**
     * Appointments in that time, to be moved
     */
    appointments?: number
    scheduleUrl?: string
  }
  'stock.low': {
    product: string
    left: number
    threshold: number
    productUrl?: string
  }
  'subscription.renewal_due': {
    plan: string
    /**
     * In minor units: 1250 is 12,50 €
     */
    amount: number
    currency: string
    renewsOn: string
    cardEnding?: string
    manageUrl?: string
  }
  'webhook.disabled': {
    url: string
    /**
     * It answered 410; else nothing was taken for five days
     */
    gone: boolean
  }
}
