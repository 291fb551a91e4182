import type { Lesson } from '../lesson.ts';

export default {
  group: 'sharing',
  order: 3,
  title: 'A queue between processes',
  settings: { modes: ['processes'], minSeconds: 1, maxSeconds: 5 },
  prediction: {
    question: 'In which order do the numbers arrive in the list of main?',
    choices: [
      'In the order in which the jobs were started',
      'In the order in which the jobs ended',
      'Smallest first',
    ],
  },
  text: {
    lookFor: 'Each line from one lane to another is a message: from where it was put to where it was got.',
    happened:
      'Processes share no memory, but they can send. Each child puts its process number into a queue, the number travels through a pipe, and main takes it out. First in, first out: what was put first is got first. Main waits in get until something comes. Its list has all five entries, because it was main that wrote them.',
    javascript:
      'Python has multiprocessing.Queue for this. Node sends messages over a channel (process.send, postMessage), and the receiver takes them as events; the queue here is made from such messages. A program could also join all jobs first, and then read until the queue says that it is empty. That can hang: a Python process with much left to send does not end before somebody reads. Reading until empty before joining can miss what is still to come. It is safer to get as many as are expected, and join afterwards, as the program here does.',
    inRealWork:
      'Sending instead of sharing is how most large systems work: job queues, message brokers, mailboxes. What is sent is copied, so nobody can change it behind your back; the copying is the price.',
  },
} satisfies Lesson;
