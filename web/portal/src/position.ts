// "Where I am now": asked of the phone once, when the button is pressed. The browser gives WGS 84, as the server wants it.
import { all } from './page'
import { send } from './swap'

const PATIENCE = 15_000
/** The server takes places in units of 1e-7 degree. */
const UNITS = 10_000_000
const REFUSED = 1

/** Shows the button where the phone may be asked. */
export function positions(root: ParentNode): void {
  if (!('geolocation' in navigator) || !window.isSecureContext) return
  for (const place of all(root, '[data-here]')) {
    const button = place.querySelector('button')
    const status = place.querySelector<HTMLElement>('[role=status]')
    if (!button?.form || !status) continue
    place.hidden = false
    button.addEventListener('click', () => ask(place, button, status))
  }
}

function ask(place: HTMLElement, button: HTMLButtonElement, status: HTMLElement): void {
  button.disabled = true
  status.textContent = place.dataset.asking ?? ''
  const failed = (words: string | undefined) => {
    button.disabled = false
    status.textContent = words ?? ''
    button.focus()
  }
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const form = button.form
      if (!form) return
      const change = (data: FormData) => {
        data.set('go', 'here')
        data.set('here-lon', String(Math.round(coords.longitude * UNITS)))
        data.set('here-lat', String(Math.round(coords.latitude * UNITS)))
        data.set('here-accuracy', String(Math.max(1, Math.round(coords.accuracy))))
      }
      void send(form, { change }).then((through) => {
        if (!through) failed(place.dataset.failed)
      })
    },
    (err) => failed(err.code === REFUSED ? place.dataset.refused : place.dataset.failed),
    { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 0 },
  )
}
