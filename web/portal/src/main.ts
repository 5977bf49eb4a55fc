// Makes the public pages easier where scripts run; every page works without. Words stand in the page, in `data-` attributes.
import { enhance, register } from './page'
import { listenForSwaps } from './swap'
import { counters } from './count'
import { pictures } from './keep'
import { maps } from './map'
import { photoBoxes } from './photos'
import { positions } from './position'
import { suggestions } from './suggest'

register([counters, suggestions, positions, maps, photoBoxes, pictures])
listenForSwaps()
enhance(document)
