"""Who gets what: every address, every method, every role, as one table; and what no request may do whoever sends it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from forum.answers.answering import accept
from forum.answers.models import Answer
from forum.attachments import storing
from forum.attachments.keeping import keep
from forum.attachments.recognising import Recognised
from forum.bookmarks.marking import bookmark
from forum.bookmarks.models import Bookmark
from forum.causes import linking
from forum.causes.answering import acknowledge, claim_fixed, decline, plan, voice_of
from forum.causes.models import Cause, CauseLink
from forum.chats import running
from forum.chats.models import Chat, ChatTurn
from forum.chats.planning import plan as plan_chat
from forum.commitments.blocking import note_blocker
from forum.commitments.committing import report, undertake
from forum.commitments.experimenting import experiment, find_experiment, tell
from forum.commitments.models import Blocker, Commitment
from forum.core.clock import now
from forum.core.db import db
from forum.core.permissions import ACTIONS
from forum.core.web import is_public
from forum.departments.labelling import slug_of as words_to_slug
from forum.departments.models import Department, Tag
from forum.feeds.addresses import make_addresses, token_of
from forum.hooks.models import Hook
from forum.identity import tokens
from forum.identity.models import DirectoryToken
from forum.impact.models import Introduction
from forum.moderation import canned, intervening
from forum.moderation.converting import convert
from forum.moderation.models import CannedReason, Conversion, Suggestion
from forum.moderation.suggesting import suggest
from forum.needs import check_ins, handing_over
from forum.needs.inviting import invite_person
from forum.needs.links import token_for
from forum.needs.merging import object_to
from forum.needs.models import AnswerInvitation, CheckIn, Handover, Need
from forum.needs.opening import asked_need
from forum.nominations.nominating import Nomination, nominate
from forum.notifications.models import EVERYTHING, Mail
from forum.notifications.preferences import stop_link
from forum.objectives import stating, telling
from forum.objectives.models import Objective, Reading, Story
from forum.people import changing, joining
from forum.people.factor_models import Passkey
from forum.people.models import Invitation, Person, Role, Session
from forum.posts import reply_drafts
from forum.posts.models import Comment, Post, ReplyDraft
from forum.posts.removing import remove
from forum.posts.reply_drafts import Seen
from forum.posts.voices import voice_in
from forum.posts.writing import write
from forum.practices.models import Practice
from forum.practices.promoting import retire
from forum.pulse.models import PulseInvitation, PulseRound
from forum.questions.merging import merge
from forum.questions.models import Question
from forum.requests import agreeing
from forum.requests.asking import RequestTimer, ask_for
from forum.requests.checking import ask_whether_it_helped
from forum.requests.models import Request, RequestCheck
from forum.revealing.models import Reveal
from forum.revealing.revealing import ask_to_reveal
from forum.reviewing.challenging import challenge
from forum.reviewing.models import Challenge
from forum.search import indexing, keeping
from forum.search.models import SynonymGroup
from forum.teams.models import MonthlyNote, Pledge
from forum.teams.pledging import pledge
from forum.teams.pledging import report as report_pledge
from tests import factories
from tests.conftest import Browser
from tests.rules.source import MODULES, TEMPLATES, hold

COLUMNS = ("stranger", "employee", "author", "moderator", "administrator", "left")
ROLES = (*COLUMNS, "champion")

# One line for each address and method: what it is about, and the status that each role gets. `author` wrote what the
# address is about, asked the question, owns the practice or is the person; `left` is signed in no more.
TABLE = """
method address                                 about       stranger employee author moderator administrator left
GET    /                                       -                302      200    200       200           200  302
GET    /go                                     -                302      200    200       200           200  302
GET    /questions                              -                302      200    200       200           200  302
GET    /arrival                                -                302      200    200       200           200  302
POST   /arrival                                -                401      303    303       303           303  401
POST   /first-steps/closing                    -                401      303    303       303           303  401
POST   /first-steps/closing/withdrawal         -                401      303    303       303           303  401
GET    /ask                                    -                302      200    200       200           200  302
POST   /ask                                    -                401      303    303       303           303  401
POST   /ask/draft                              -                401      204    204       204           204  401
POST   /ask/draft/discard                      -                401      303    303       303           303  401
GET    /ask/similar                            -                302      200    200       200           200  302
GET    /questions/<id:id>                      question         302      301    301       301           301  302
GET    /questions/<id:id>/<slug>               question         302      200    200       200           200  302
GET    /questions/<id:id>/similar              question         302      200    200       200           200  302
GET    /questions/<id:id>/known                question         302      200    200       200           200  302
GET    /questions/<id:id>/news                 question         302      204    204       204           204  302
GET    /questions/<id:question_id>/answers     question         302      200    200       200           200  302
GET    /questions/<id:id>/edit                 question         302      403    200       200           403  302
POST   /questions/<id:id>/edit                 question         401      403    303       303           403  401
POST   /questions/<id:question_id>/answers     question         401      303    303       303           303  401
GET    /questions/<id:id>/merge                duplicate        302      403    403       200           403  302
POST   /questions/<id:id>/merge                duplicate        401      403    403       303           403  401
GET    /questions/<id:id>/level                question         302      200    200       200           200  302
POST   /questions/<id:id>/level                question         401      303    303       303           303  401
GET    /questions/<id:id>/wording              merged           302      200    200       200           200  302
POST   /questions/<id:id>/merge/objection      merged           401      403    303       403           403  401
POST   /questions/<id:id>/merge/confirmation   merged           401      403    403       303           403  401
POST   /questions/<id:id>/merge/undoing        merged           401      403    403       303           403  401
GET    /answers/<id:id>/edit                   answer           302      403    200       200           403  302
POST   /answers/<id:id>/edit                   answer           401      403    303       303           403  401
POST   /answers/<id:id>/acceptance             answer           401      403    303       303           403  401
POST   /answers/<id:id>/acceptance/withdrawal  answer           401      403    303       303           403  401
GET    /comments/<id:id>/edit                  comment          302      403    200       200           403  302
POST   /comments/<id:id>/edit                  comment          401      403    303       303           403  401
GET    /posts/<id:id>                          answer           302      302    302       302           302  302
GET    /posts/<id:id>/quotation                answer           302      200    200       200           200  302
GET    /posts/<id:id>/history                  answer           302      200    200       200           200  302
POST   /posts/<id:id>/vote                     answer           401      303    403       303           303  401
POST   /posts/<id:id>/thanks                   answer           401      303    403       303           303  401
POST   /posts/<id:id>/thanks/withdrawal        answer           401      303    303       303           303  401
POST   /posts/<id:id>/comments                 answer           401      303    303       303           303  401
GET    /posts/<id:id>/draft                    answer           302      204    204       204           204  302
POST   /posts/<id:id>/draft                    answer           401      204    204       204           204  401
GET    /posts/<id:id>/bookmark                 answer           302      200    200       200           200  302
POST   /posts/<id:id>/bookmark                 answer           401      303    303       303           303  401
GET    /bookmarks                              -                302      200    200       200           200  302
POST   /bookmarks/<id:id>/removal              bookmark         401      303    303       303           303  401
GET    /drafts                                 -                302      200    200       200           200  302
POST   /drafts/<id:id>/discard                 draft            401      303    303       303           303  401
POST   /posts/<id:id>/taking-back              comment          401      403    303       403           403  401
GET    /posts/<id:id>/comments/new             answer           302      200    200       200           200  302
POST   /posts/<id:id>/removal                  comment          401      403    303       303           403  401
POST   /posts/<id:id>/restoration              removed          401      403    303       303           403  401
POST   /posts/<id:id>/rollback                 answer           401      403    403       303           403  401
GET    /posts/<id:id>/flag                     hideable         302      200    403       200           200  302
POST   /posts/<id:id>/flag                     hideable         401      303    403       303           303  401
GET    /posts/<id:id>/hiding                   hideable         302      403    403       200           403  302
POST   /posts/<id:id>/hiding                   hideable         401      403    403       303           403  401
GET    /posts/<id:id>/locking                  question         302      403    403       200           403  302
POST   /posts/<id:id>/locking                  duplicate        401      403    403       303           403  401
GET    /posts/<id:id>/state                    hidden           302      200    200       200           200  302
POST   /posts/<id:id>/state                    hidden           401      403    303       403           403  401
POST   /interventions/<id:id>/confirmation     intervention     401      403    403       303           403  401
POST   /interventions/<id:id>/lifting          intervention     401      403    403       303           403  401
GET    /posts/<id:id>/conversion               answer           302      403    403       200           403  302
POST   /posts/<id:id>/conversion               hideable         401      403    403       303           403  401
POST   /conversions/<id:id>/undoing            conversion       401      403    403       303           403  401
GET    /posts/<id:id>/suggestion               answer           302      200    403       200           200  302
POST   /posts/<id:id>/suggestion               answer           401      303    403       303           303  401
GET    /suggestions/<id:id>                    suggestion       302      200    200       200           200  302
POST   /suggestions/<id:id>/acceptance         suggestion       401      403    303       303           403  401
POST   /suggestions/<id:id>/refusal            suggestion       401      403    303       303           403  401
POST   /suggestions/<id:id>/withdrawal         suggestion       401      303    403       403           403  401
GET    /questions/<id:id>/labels               duplicate        302      403    403       200           403  302
POST   /questions/<id:id>/labels               duplicate        401      403    403       303           403  401
GET    /moderation                             -                302      403    403       200           403  302
POST   /moderation                             -                401      403    403       303           403  401
GET    /moderation/scope                       -                302      403    403       200           403  302
POST   /moderation/scope                       -                401      403    403       303           403  401
GET    /moderation/reasons                     -                302      403    403       200           200  302
POST   /moderation/reasons                     -                401      403    403       303           303  401
POST   /moderation/reasons/<id:id>/removal     kept_text        401      403    403       303           303  401
GET    /moderation/log                         -                302      200    200       200           200  302
GET    /posts/<id:id>/promotion/new            answer           302      403    403       200           403  302
POST   /posts/<id:id>/promotion                answer           401      403    403       303           403  401
GET    /answers/<id:id>/nomination/new         answer           302      200    200       200           200  302
POST   /answers/<id:id>/nomination             answer           401      303    303       303           303  401
GET    /practices/nominations                  -                302      403    403       200           403  302
GET    /practices/candidates                   -                302      403    403       200           403  302
POST   /questions/<id:id>/dismissal            question         401      403    403       303           403  401
POST   /questions/<id:id>/dismissal/withdrawal question         401      403    403       303           403  401
GET    /nominations/<id:id>/refusal            nomination       302      403    403       200           403  302
POST   /nominations/<id:id>/refusal            nomination       401      403    403       303           403  401
GET    /attachments/new                        -                302      200    200       200           200  302
POST   /attachments                            -                401      303    303       303           303  401
GET    /attachments/<token>                    picture          302      404    200       404           404  302
GET    /attachments/<token>/line               picture          302      404    200       404           404  302
POST   /preview                                -                401      200    200       200           200  401
POST   /questions/<id:id>/sharing              question    401      303      409      303      303      401
POST   /questions/<id:id>/claim                question    401      303      303      303      303      401
POST   /questions/<id:id>/claim/release        question    401      303      303      303      303      401
POST   /known                                  -           401      303      303      303      303      401
GET    /needs/<id:id>                          need        302      200      200      200      200      302
GET    /needs/<id:id>.csv                      need        302      200      200      200      200      302
POST   /needs/<id:id>/withdrawal               need        401      403      303      403      403      401
POST   /needs/<id:id>/return                   met_need    401      403      303      403      403      401
GET    /needs/<id:id>/owner                    problem     302      403      403      200      403      302
POST   /needs/<id:id>/owner                    problem     401      403      403      303      403      401
GET    /needs/<id:id>/word                     owned       302      403      200      200      403      302
POST   /needs/<id:id>/word                     owned       401      403      303      303      403      401
GET    /open-problems                          -           302      403      403      200      403      302
POST   /invitations/<id:id>/take               asking      401      403      303      403      403      401
GET    /invitations/<id:id>/pass               asking      302      403      200      403      403      302
POST   /invitations/<id:id>/pass               asking      401      403      303      403      403      401
GET    /posts/<id:id>/commitments              question         302      200    200       200           200  302
GET    /posts/<id:id>/commitments/new          question         302      200    200       200           200  302
POST   /posts/<id:id>/commitments/new          question         401      303    303       303           303  401
GET    /commitments                            -                302      200    200       200           200  302
GET    /commitments/<id:id>                    commitment       302      200    200       200           200  302
GET    /commitments/<id:id>/report             commitment       302      403    200       403           403  302
POST   /commitments/<id:id>/report             commitment       401      403    303       403           403  401
POST   /commitments/<id:id>/confirmation       done_together    401      403    303       403           403  401
GET    /commitments/<id:id>/blockers/new       commitment       302      403    200       403           403  302
POST   /commitments/<id:id>/blockers/new       commitment       401      403    303       403           403  401
POST   /blockers/<id:id>/removal               blocker          401      403    303       403           403  401
GET    /blockers/<id:id>/reply                 key              302      403    200       403           403  302
POST   /blockers/<id:id>/reply                 key              401      403    303       403           403  401
GET    /pulse                                  turn             302      200    200       200           200  302
POST   /pulse                                  turn             401      409    303       409           409  401
GET    /pulse/results                          -                302      200    200       200           200  302
GET    /team                                   -                302      200    200       200           200  302
GET    /team/pledges/new                       -                302      403    200       403           403  302
POST   /team/pledges/new                       -                401      403    303       403           403  401
GET    /team/requests/new                      -                302      200    200       200           200  302
POST   /team/requests/new                      -                401      303    303       303           303  401
GET    /pledges/<id:id>/report                 pledge           302      403    200       403           403  302
POST   /pledges/<id:id>/report                 pledge           401      403    303       403           403  401
POST   /pledges/<id:id>/confirmation           kept_pledge      401      303    403       403           403  401
GET    /notes                                  -                302      200    200       200           200  302
GET    /notes/<month>                          note             302      200    200       200           200  302
POST   /notes/<month>/rating                   note             401      403    303       403           403  401
GET    /experiments                            -                302      200    200       200           200  302
GET    /posts/<id:id>/experiments/new          question         302      200    200       200           200  302
POST   /posts/<id:id>/experiments/new          question         401      303    303       303           303  401
GET    /experiments/<id:id>                    experiment       302      200    200       200           200  302
GET    /experiments/<id:id>/result             experiment       302      403    200       403           403  302
POST   /experiments/<id:id>/result             experiment       401      403    303       403           403  401
POST   /experiments/<id:id>/backing            experiment       401      303    403       303           303  401
POST   /experiments/<id:id>/thanks             tried            401      303    403       303           303  401
POST   /handovers/<id:id>/agreement            handover    401      403      303      403      403      401
POST   /handovers/<id:id>/refusal              handover    401      403      303      403      403      401
GET    /check-ins/<id:id>                      check_in    302      403      200      403      403      302
POST   /check-ins/<id:id>                      check_in    401      403      303      403      403      401
POST   /check-ins/<id:id>/day                  check_in    401      403      303      403      403      401
GET    /did-it-work/<token>                    outcome_link 200      200      200      200      200      200
POST   /did-it-work/<token>                    outcome_link 303      303      303      303      303      303
GET    /inbox                                  -           302      200      200      200      200      302
POST   /inbox/reading                          -           401      303      303      303      303      401
POST   /inbox/apart/reading                    -           401      303      303      303      303      401
POST   /inbox/apart/completion                 -           401      303      303      303      303      401
POST   /inbox/apart/completion/withdrawal      -           401      303      303      303      303      401
POST   /inbox/apart/later                      -           401      303      303      303      303      401
POST   /inbox/apart/later/withdrawal           -           401      303      303      303      303      401
POST   /inbox/<id:page_id>/reading             person      401      303      303      303      303      401
POST   /inbox/<id:page_id>/completion          person      401      303      303      303      303      401
POST   /inbox/<id:page_id>/completion/withdrawal person      401      303      303      303      303      401
POST   /inbox/<id:page_id>/later               person      401      303      303      303      303      401
POST   /inbox/<id:page_id>/later/withdrawal    person      401      303      303      303      303      401
GET    /settings/notifications                 -           302      200      200      200      200      302
POST   /settings/notifications                 -           401      303      303      303      303      401
POST   /settings/feeds                         -           401      303      303      303      303      401
GET    /feeds/<token>/questions.atom           feed_token  200      200      200      200      200      200
GET    /feeds/<token>/calendar.ics             feed_token  200      200      200      200      200      200
GET    /unsubscribe/<token>                    stop_link   200      200      200      200      200      200
POST   /unsubscribe/<token>                    stop_link   200      200      200      200      200      200
GET    /searches                               -                302      200    200       200           200  302
POST   /searches                               -                401      204    204       204           204  401
POST   /searches/removal                       -                401      303    303       303           303  401
GET    /searches/missed                        -                302      403    403       200           403  302
POST   /searches/missed/dismissals             -                401      403    403       303           403  401
POST   /searches/missed/dismissals/removal     -                401      403    403       303           403  401
GET    /practices                              -                302      200    200       200           200  302
GET    /practices/<id:id>                      practice         302      301    301       301           301  302
GET    /practices/<id:id>/<slug>               practice         302      200    200       200           200  302
GET    /practices/<id:id>/outcomes             practice         302      200    200       200           200  302
GET    /practices/<id:id>/use                  practice         302      200    200       200           200  302
POST   /practices/<id:id>/use                  practice         401      303    409       303           303  401
POST   /practices/<id:id>/trial                practice         401      303    409       303           303  401
GET    /practices/<id:id>/edit                 practice         302      200    200       200           200  302
POST   /practices/<id:id>/edit                 practice         401      303    303       303           303  401
POST   /practices/<id:id>/validation           practice         401      303    403       403           303  401
POST   /practices/<id:id>/validation/withdrawal practice        401      303    403       403           303  401
GET    /practices/<id:id>/care                 practice         302      403    403       200           403  302
POST   /practices/<id:id>/care                 practice         401      403    403       303           403  401
GET    /practices/<id:id>/retired              gone             302      200    200       200           200  302
GET    /practices/<id:id>/print                practice         302      200    200       200           200  302
GET    /practices/<id:id>/card                 doubted          403      403    403       403           403  403
GET    /practices/<id:id>/adaptation           practice         302      200    200       200           200  302
POST   /practices/<id:id>/adaptation           practice         401      303    303       303           303  401
POST   /practices/<id:id>/confirmation         practice         401      403    303       303           403  401
GET    /practices/<id:id>/retirement           practice         302      403    403       200           403  302
POST   /practices/<id:id>/retirement           practice         401      403    403       303           403  401
GET    /practices/<id:id>/retirement/withdrawal gone       302      403    403       200           403  302
POST   /practices/<id:id>/retirement/withdrawal gone       401      403    403       303           403  401
GET    /practices/queue                        -                302      403    403       200           403  302
POST   /practices/queue                        -                401      403    403       303           403  401
GET    /posts/<id:id>/challenge                doubted          302      200    403       200           200  302
POST   /posts/<id:id>/challenge                doubted          401      303    403       303           303  401
GET    /challenges/<id:id>                     challenge        302      200    200       200           200  302
POST   /challenges/<id:id>/backing             challenge        401      403    403       303           303  401
POST   /challenges/<id:id>/reply               challenge        401      403    303       303           403  401
POST   /challenges/<id:id>/withdrawal          challenge        401      303    403       403           403  401
GET    /reveals                                -                302      200    200       200           200  302
GET    /posts/<id:id>/reveal                   unnamed          302      403    403       200           200  302
POST   /posts/<id:id>/reveal                   unnamed          401      403    403       303           303  401
GET    /reveals/<id:id>                        reveal           302      403    403       200           200  302
POST   /reveals/<id:id>/agreement              reveal           401      403    403       403           303  401
POST   /reveals/<id:id>/refusal                reveal           401      403    403       403           303  401
GET    /causes                                  -                302 200 200 200 200 302
GET    /causes/<id:id>                          cause            302 301 301 301 301 302
GET    /causes/<id:id>/<slug>                   cause            302 200 200 200 200 302
GET    /causes/<id:id>/evidence                 cause            302 200 200 200 200 302
GET    /posts/<id:id>/causes                    question         302 200 200 200 200 302
POST   /posts/<id:id>/causes                    question         401 303 303 303 303 401
POST   /cause-links/<id:id>/refusal             cause_link       401 303 303 303 303 401
GET    /posts/<id:id>/causes/new                question         302 200 200 200 200 302
POST   /posts/<id:id>/causes/new                question         401 303 303 303 303 401
GET    /causes/<id:id>/edit                     cause            302 200 200 200 200 302
POST   /causes/<id:id>/edit                     cause            401 303 303 303 303 401
GET    /causes/<id:id>/stopped                  fixed_cause      302 200 200 200 200 302
POST   /causes/<id:id>/stopped                  fixed_cause      401 409 303 409 409 401
POST   /causes/<id:id>/mine                     cause            401 303 303 303 303 401
GET    /causes/<id:id>/quotes/new               cause            302 200 200 200 200 302
POST   /causes/<id:id>/quotes                   cause            401 303 303 303 303 401
GET    /causes/<id:id>/quote                    cause            302 200 200 200 200 302
POST   /causes/<id:id>/quote                    cause            401 303 303 303 303 401
GET    /causes/<id:id>/acknowledgement          signalled_cause  302 403 200 403 403 302
POST   /causes/<id:id>/acknowledgement          signalled_cause  401 403 303 403 403 401
GET    /causes/<id:id>/plan                     seen_cause       302 403 200 403 403 302
POST   /causes/<id:id>/plan                     seen_cause       401 403 303 403 403 401
GET    /causes/<id:id>/refusal                  seen_cause       302 403 200 403 403 302
POST   /causes/<id:id>/refusal                  seen_cause       401 403 303 403 403 401
GET    /causes/<id:id>/fix                      planned_cause    302 403 200 403 403 302
POST   /causes/<id:id>/fix                      planned_cause    401 403 303 403 403 401
GET    /causes/<id:id>/delegate                 cause            302 403 200 403 403 302
POST   /causes/<id:id>/delegate                 cause            401 403 303 403 403 401
GET    /causes/<id:id>/signal                   cause            302 403 403 200 403 302
POST   /causes/<id:id>/signal                   cause            401 403 403 303 403 401
GET    /causes/<id:id>/doubt                    declined_cause   302 200 403 200 200 302
POST   /causes/<id:id>/doubt                    declined_cause   401 303 403 303 303 401
POST   /impact/reach/invitations               department       401      403    403       303           403  401
GET    /impact/silos                           -                302      200    200       200           200  302
GET    /impact/silos/looked-first              -                302      200    200       200           200  302
GET    /impact/silos/thanks                    -                302      200    200       200           200  302
GET    /impact/silos/answers                   -                302      404    404       404           404  302
GET    /impact/silos/matrix.csv                -                302      200    200       200           200  302
POST   /impact/silos/introductions             thread           401      403    403       303           403  401
POST   /impact/silos/introductions/refusal     thread           401      403    403       303           403  401
GET    /impact/silos/introductions/<id:id>     introduction     302      403    200       200           403  302
POST   /impact/silos/introductions/<id:id>/reply introduction   401      403    303       403           403  401
GET    /objectives                             -                302      200    200       200           200  302
GET    /objectives/new                         -                302      403    200       403           403  302
POST   /objectives/new                         -                401      403    303       403           403  401
GET    /objectives/<id:id>                     objective        302      200    200       200           200  302
GET    /objectives/<id:id>/readings/new        objective        302      403    200       403           403  302
POST   /objectives/<id:id>/readings/new        objective        401      403    303       403           403  401
GET    /readings/<id:id>/correction            reading          302      403    200       403           403  302
POST   /readings/<id:id>/correction            reading          401      403    303       403           403  401
GET    /objectives/<id:id>/closing             objective        302      403    200       403           403  302
POST   /objectives/<id:id>/closing             objective        401      403    303       403           403  401
GET    /posts/<id:id>/objective                question         302      200    200       200           200  302
POST   /posts/<id:id>/objective                question         401      303    303       303           303  401
GET    /stories                                -                302      200    200       200           200  302
GET    /posts/<id:id>/stories                  question         302      200    200       200           200  302
GET    /posts/<id:id>/stories/new              question         302      200    200       200           200  302
POST   /posts/<id:id>/stories/new              question         401      303    303       303           303  401
GET    /stories/<id:id>                        story            302      200    200       200           200  302
POST   /stories/<id:id>                        story            401      403    303       403           403  401
POST   /stories/<id:id>/removal                own_story        401      403    303       303           403  401
POST   /stories/<id:id>/choice                 confirmed_story  401      403    403       303           403  401
POST   /stories/<id:id>/choice/withdrawal      confirmed_story  401      403    403       303           403  401
GET    /chats                                  -                302      200    200       200           200  302
GET    /chats/new                              -                302      200    200       200           200  302
POST   /chats/new                              -                401      303    303       303           303  401
GET    /chats/<id:id>                          open_chat        302      200    200       200           200  302
POST   /chats/<id:id>/coming                   chat             401      303    303       303           303  401
POST   /chats/<id:id>/steps                    open_chat        401      403    303       403           403  401
POST   /chats/<id:id>/questions                chat             401      403    303       403           403  401
POST   /chats/<id:id>/turns                    open_chat        401      303    303       303           303  401
GET    /chats/<id:id>/summary                  closed_chat      302      403    200       403           403  302
POST   /chats/<id:id>/summary                  closed_chat      401      403    303       403           403  401
GET    /chats/<id:id>/transcript.txt           closed_chat      302      200    200       200           200  302
GET    /chat-turns/<id:id>/striking            turn_in_chat     302      403    200       200           403  302
POST   /chat-turns/<id:id>/striking            turn_in_chat     401      403    303       303           403  401
POST   /chat-turns/<id:id>/approval            waiting_turn     401      404    403       303           404  401
GET    /chat-turns/<id:id>/reveal              unnamed_turn     302      403    403       200           200  302
POST   /chat-turns/<id:id>/reveal              unnamed_turn     401      403    403       303           303  401
GET    /requests                               -                302      200    200       200           200  302
GET    /requests/new                           -                302      200    200       200           200  302
POST   /requests/new                           -                401      303    303       303           303  401
GET    /requests/<id:id>                       request          302      200    200       200           200  302
GET    /requests/<id:id>/diagnosis             request          302      200    403       200           200  302
POST   /requests/<id:id>/diagnosis             request          401      303    403       303           303  401
GET    /requests/<id:id>/proposal              diagnosed        302      200    403       403           403  302
POST   /requests/<id:id>/proposal              diagnosed        401      303    403       403           403  401
GET    /requests/<id:id>/decision              proposed         302      403    200       403           403  302
POST   /requests/<id:id>/decision              proposed         401      403    303       403           403  401
GET    /request-checks/<id:id>                 check            302      403    200       403           403  302
POST   /request-checks/<id:id>                 check            401      403    303       403           403  401
GET    /departments                            -                302      200    200       200           200  302
GET    /departments/<slug>                     department       302      200    200       200           200  302
GET    /impact                                 -                302      200    200       200           200  302
GET    /impact/<measure>/rows                  measure          302      200    200       200           200  302
GET    /impact/reach                           -                302      200    200       200           200  302
GET    /impact/ten                             -                302      200    200       200           200  302
GET    /impact/ten/<practice>/rows             -                302      404    404       404           404  302
GET    /impact/method                          -                302      200    200       200           200  302
GET    /impact/note                            -                302      403    403       200           403  302
POST   /impact/note                            -                401      403    403       303           403  401
GET    /impact/links                           -                302      403    403       200           403  302
POST   /impact/links/<id:id>                   linked           401      403    403       303           403  401
GET    /impact/<table>.csv                     figures          302      200    200       200           200  302
GET    /tags                                   -                302      200    200       200           200  302
GET    /tags/<slug>                            tag              302      200    200       200           200  302
POST   /tags/<slug>                            tag              401      403    403       303           403  401
GET    /tags/<slug>/level                      tag              302      200    200       200           200  302
POST   /tags/<slug>/level                      tag              401      303    303       303           303  401
GET    /departments/<slug>/level               department       302      200    200       200           200  302
POST   /departments/<slug>/level               department       401      303    303       303           303  401
POST   /tags/<slug>/skill                      tag              401      303    303       303           303  401
POST   /tags/<slug>/skill/withdrawal           tag              401      303    303       303           303  401
POST   /follows                                -                401      303    303       303           303  401
GET    /people                                 -                302      200    200       200           200  302
GET    /people/suggest                         -                302      200    200       200           200  302
GET    /people/<id:id>                         person           302      200    200       200           200  302
GET    /people/<id:id>/<handle>                person           302      200    200       200           200  302
GET    /settings                               -                302      200    200       200           200  302
POST   /settings/profile                       -                401      303    303       303           303  401
GET    /settings/following                     -                302      200    200       200           200  302
GET    /settings/hours                         -                302      200    200       200           200  302
POST   /settings/hours                         -                401      303    303       303           303  401
POST   /settings/hours/withdrawal              -                401      303    303       303           303  401
POST   /settings/away                          -                401      303    303       303           303  401
POST   /settings/away/withdrawal               -                401      303    303       303           303  401
POST   /settings/password                      -                401      422    422       422           422  401
POST   /settings/looks                         -                401      303    303       303           303  401
POST   /settings/sessions/<id:id>/end          session          401      303    303       303           303  401
POST   /settings/sessions/end                  -                401      303    303       303           303  401
GET    /settings/second-factor                 -                302      200    200       200           200  302
GET    /settings/second-factor/app             -                302      200    200       200           200  302
POST   /settings/second-factor/app             -                401      422    422       422           422  401
POST   /settings/second-factor/app/removal     -                401      303    303       303           303  401
POST   /settings/second-factor/passkeys/options -               401      200    200       200           200  401
POST   /settings/second-factor/passkeys        -                401      422    422       422           422  401
POST   /settings/second-factor/passkeys/<id:id>/removal passkey 401      303    303       303           303  401
POST   /settings/second-factor/codes           -                401      303    303       303           303  401
POST   /settings/second-factor/codes/file      -                401      303    303       303           303  401
POST   /confirm                                -                401      422    422       422           422  401
POST   /confirm/options                        -                401      200    200       200           200  401
GET    /search                                 -                302      200    200       200           200  302
GET    /suggest                                -                302      200    200       200           200  302
GET    /shortcuts                              -                302      200    200       200           200  302
GET    /suggest/goals                          -                302      200    200       200           200  302
GET    /suggest/tags                           -                302      200    200       200           200  302
GET    /suggest/emoji                          -                302      200    200       200           200  302
GET    /suggest/blocks                         -                302      200    200       200           200  302
GET    /synonyms                               -                302      403    403       200           403  302
POST   /synonyms                               -                401      403    403       303           403  401
GET    /synonyms/<id:id>/edit                  synonyms         302      403    403       200           403  302
POST   /synonyms/<id:id>/edit                  synonyms         401      403    403       303           403  401
POST   /synonyms/<id:id>/removal               synonyms         401      403    403       303           403  401
GET    /help                                   -                302      200    200       200           200  302
GET    /admin/people                           -                302      403    403       403           200  302
GET    /admin/people/<id:id>                   person           302      403    403       403           200  302
POST   /admin/people/<id:id>                   newcomer         401      403    403       403           303  401
POST   /admin/people/<id:id>/leaving           newcomer         401      403    403       403           303  401
POST   /admin/people/<id:id>/return            newcomer         401      403    403       403           303  401
POST   /admin/people/<id:id>/password-link     newcomer         401      403    403       403           200  401
POST   /admin/people/<id:id>/sessions/end      newcomer         401      403    403       403           303  401
POST   /admin/people/<id:id>/second-factor/reset newcomer       401      403    403       403           303  401
GET    /admin/invitations                      -                302      403    403       403           200  302
POST   /admin/invitations                      -                401      403    403       403           200  401
POST   /admin/invitations/<id:id>/renewal      waiting          401      403    403       403           200  401
POST   /admin/invitations/<id:id>/withdrawal   waiting          401      403    403       403           303  401
GET    /admin/departments                      -                302      403    403       403           200  302
POST   /admin/departments                      -                401      403    403       403           303  401
GET    /admin/departments/<id:id>              department       302      403    403       403           200  302
POST   /admin/departments/<id:id>              department       401      403    403       403           303  401
GET    /admin/departments/<id:id>/hours        department       302      403    403       403           200  302
POST   /admin/departments/<id:id>/hours        department       401      403    403       403           303  401
GET    /admin/departments/<id:id>/timers       department       302      403    403       403           200  302
POST   /admin/departments/<id:id>/timers       department       401      403    403       403           303  401
GET    /admin/organisation                     -                302      403    403       403           200  302
POST   /admin/organisation                     -                401      403    403       403           303  401
GET    /admin/mail                             -                302      403    403       403           200  302
POST   /admin/mail/retry                       -                401      403    403       403           303  401
POST   /admin/mail/<id:id>/retry               person           401      403    403       403           303  401
POST   /admin/mail/test                        -                401      403    403       403           303  401
GET    /admin/search                           -                302      403    403       403           200  302
POST   /admin/search/meaning                   -                401      403    403       403           303  401
GET    /admin/system                           -                302      403    403       403           200  302
POST   /admin/system/rebuild                   -                401      403    403       403           303  401
POST   /admin/system/jobs/retry                -                401      403    403       403           303  401
POST   /admin/system/jobs/<id:id>/retry        person           401      403    403       403           303  401
POST   /admin/system/clock                     -                401      403    403       403           403  401
GET    /admin/directory                        -                302      403    403       403           200  302
POST   /admin/directory                        -                401      403    403       403           303  401
POST   /admin/directory/test                   -                401      403    403       403           200  401
POST   /admin/directory/tokens                 -                401      403    403       403           200  401
POST   /admin/directory/tokens/<id:id>/revocation directory_token 401   403    403       403           303  401
GET    /admin/hooks                            -                302      403    403       403           200  302
POST   /admin/hooks                            -                401      403    403       403           409  401
POST   /admin/hooks/<id:id>/test               hook             401      403    403       403           303  401
POST   /admin/hooks/<id:id>/state              hook             401      403    403       403           303  401
POST   /admin/hooks/<id:id>/removal            hook             401      403    403       403           303  401
POST   /chat/command                           -                404      404    404       404           404  404
GET    /scim/v2/ServiceProviderConfig          -                401      401    401       401           401  401
GET    /scim/v2/ResourceTypes                  -                401      401    401       401           401  401
GET    /scim/v2/Schemas                        -                401      401    401       401           401  401
GET    /scim/v2/Users                          -                401      401    401       401           401  401
POST   /scim/v2/Users                          -                401      401    401       401           401  401
GET    /scim/v2/Users/<id>                     person           401      401    401       401           401  401
PUT    /scim/v2/Users/<id>                     person           401      401    401       401           401  401
PATCH  /scim/v2/Users/<id>                     person           401      401    401       401           401  401
DELETE /scim/v2/Users/<id>                     person           401      401    401       401           401  401
GET    /scim/v2/Groups                         -                401      401    401       401           401  401
POST   /scim/v2/Groups                         -                401      401    401       401           401  401
GET    /scim/v2/Groups/<id>                    person           401      401    401       401           401  401
PUT    /scim/v2/Groups/<id>                    person           401      401    401       401           401  401
PATCH  /scim/v2/Groups/<id>                    person           401      401    401       401           401  401
DELETE /scim/v2/Groups/<id>                    person           401      401    401       401           401  401
GET    /admin/audit                            -                302      403    403       403           200  302
GET    /admin/audit.csv                        -                302      403    403       403           200  302
GET    /settings/privacy                       -                302      200    200       200           200  302
POST   /settings/privacy/export                -                401      200    200       200           200  401
POST   /settings/privacy/erasure               -                401      303    303       303           303  401
POST   /settings/privacy/erasure/withdrawal    -                401      303    303       303           303  401
GET    /admin/privacy                          -                302      403    403       403           200  302
GET    /admin/people/<id:id>/erasure           leaver           302      403    403       403           200  302
POST   /admin/people/<id:id>/erasure           leaver           401      403    403       403           303  401
GET    /static/<path:filename>                 -                200      200    200       200           200  200
GET    /healthz                                -                200      200    200       200           200  200
POST   /policy-reports                         -                204      204    204       204           204  204
GET    /readyz                                 -                200      200    200       200           200  200
GET    /welcome                                -                302      302    302       302           302  302
POST   /welcome                                -                302      302    302       302           302  302
GET    /styleguide                             -                302      404    404       404           404  302
GET    /sign-in                                -                200      302    302       302           302  200
POST   /sign-in                                -                422      302    302       302           302  422
GET    /sign-in/second-factor                  -                302      302    302       302           302  302
POST   /sign-in/second-factor                  -                302      302    302       302           302  302
POST   /sign-in/second-factor/options          -                401      401    401       401           401  401
POST   /sign-in/passkey                        -                303      303    303       303           303  303
POST   /sign-in/passkey/options                -                200      200    200       200           200  200
GET    /sign-in/provider                       -                404      302    302       302           302  404
GET    /sign-in/provider/answer                -                404      404    404       404           404  404
GET    /signed-out                             -                302      302    302       302           302  302
POST   /sign-out                               -                401      303    303       303           303  401
GET    /join/<token>                           invitation       200      200    200       200           200  200
POST   /join/<token>                           invitation       303      303    303       303           303  303
GET    /new-password/<token>                   link             200      200    200       200           200  200
POST   /new-password/<token>                   link             303      303    303       303           303  303
"""

# What strangers may see. Everything else asks for a sign-in.
PUBLIC = {
    "people.sign_in",
    "factors.ask",
    "factors.factor_options",
    "factors.sign_in",
    "factors.passkey_options",
    "people.join",
    "identity.begin",
    "identity.answer",
    "identity.signed_out",
    "scim.service_provider_config",
    "scim.resource_types",
    "scim.schemas",
    "scim.index",
    "scim.create",
    "scim.show",
    "scim.replace",
    "scim.change",
    "scim.remove",
    "scim.index_groups",
    "scim.create_group",
    "scim.show_group",
    "scim.replace_group",
    "scim.change_group",
    "scim.remove_group",
    "people.new_password",
    "people.welcome",
    "pages.alive",
    "pages.ready",
    "pages.report_policy",
    "needs.check_in_by_link",
    "needs.reply_by_link",
    "notifications.unsubscribe",
    "feeds.questions",
    "feeds.calendar",
    "chat_command.search",
    "job_aids.card",
}

# Where a champion gets anything else than an employee.
OF_CHAMPIONS = {
    "GET /open-problems": 200,
    "GET /moderation": 200,  # Of their department, to read.
    "POST /moderation": 303,  # Is told that nothing of it was theirs to decide.
    "POST /challenges/<id:id>/backing": 303,
    "POST /impact/silos/introductions": 303,
    "POST /impact/silos/introductions/refusal": 409,  # May, and was told that the two know each other by now.
    # The employee of the table said these things, the champion did not.
    "POST /challenges/<id:id>/withdrawal": 403,
    "POST /pledges/<id:id>/confirmation": 403,
    "POST /suggestions/<id:id>/withdrawal": 403,
    "GET /requests/<id:id>/proposal": 403,
    "POST /requests/<id:id>/proposal": 403,
}

PASSWORD = "correct horse battery staple"
LEVELS = ("/questions/<id:id>/level", "/tags/<slug>/level", "/departments/<slug>/level")
BODY = {"body": "Ask the person who did it last time.", "version": "1"}
FILLING = "<main"  # Every page has one.
POLICY_REPORT = b'{"csp-report": {"effective-directive": "script-src-elem", "blocked-uri": "inline"}}'
HOURS = {"timezone": "Europe/London", "mon": "09:00-17:30"}
PRACTICE = {
    "title": "Ask who did it last",
    "problem": "Nobody knew.",
    "body": "1. Ask.",
    "why_it_works": "Somebody knows.",
    "when_not": "On holidays.",
    "what_it_takes": "A minute.",
    "version": "1",
}


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    method: str
    address: str
    about: str
    expected: dict[str, int]


def rows() -> list[Row]:
    _, *lines = TABLE.strip().splitlines()
    words = [line.split() for line in lines]
    return [
        Row(method, address, about, _expected(f"{method} {address}", map(int, statuses)))
        for method, address, about, *statuses in words
    ]


def _expected(row: str, statuses: Iterable[int]) -> dict[str, int]:
    by_role = dict(zip(COLUMNS, statuses, strict=True))
    return {**by_role, "champion": OF_CHAMPIONS.get(row, by_role["employee"])}


ROWS = rows()
# Sent without a session by a mail programme, for which the signed address is the proof, and by a directory with a
# token of its own: see tests/identity/test_scim.py.
SIGNED = ("/unsubscribe/<token>", "/chat/command", "/scim/v2/Users", "/scim/v2/Groups")
OF_BROWSERS = ("/policy-reports",)  # Sent by the browser itself; changes nothing.
UNSAFE = [row for row in ROWS if row.method == "POST" and row.address not in (*SIGNED, *OF_BROWSERS)]


class World:
    """People of every role, their browsers, and something of every kind for them to meet."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.sales, self.finance = factories.department("Sales"), factories.department("Finance")
        self.people = {
            "employee": factories.person("Emil Berg", self.finance),
            "author": factories.person("Ada Quist", self.sales, "stakeholder"),
            "champion": factories.person("Cleo Vance", self.finance, "champion"),
            "moderator": factories.person("Mo Diaz", self.finance, "moderator"),
            "administrator": factories.person("Anne Roy", self.finance, "administrator"),
            "left": factories.person("Lee Gone", self.sales),
            "witness": factories.person("Wim Sawit", self.finance),
        }
        self.people["employee"].manager_id = self.people["author"].id
        self.holder = factories.person("Holly Key", self.finance)
        self.known = factories.question(self.people["employee"])  # All that is linked asks it again.
        self._browsers: dict[str, Browser] = {}
        self.standing: dict[str, Any] = {}

    def browser(self, role: str) -> Browser:
        """The browser of somebody with that role; of whoever left, one that was signed in before."""
        if role not in self._browsers:
            window: Browser = self.app.test_client()  # type: ignore[assignment]
            if role != "stranger":
                window.sign_in(self.people[role])
            if role == "left":
                changing.deactivate(self.people["administrator"], self.people["left"])
            self._browsers[role] = window
        return self._browsers[role]

    def subject(self, about: str, *, fresh: bool) -> Any:
        """Something of the kind that an address is about, the same as before unless it has to be a new one."""
        if fresh or about not in self.standing:
            self.standing[about] = getattr(self, f"make_{about}")()
        return self.standing[about]

    def make_question(self) -> Question:
        return factories.question(self.people["author"], tags="labels")

    def make_unnamed(self) -> Question:
        return factories.question(self.people["author"], unnamed=True)

    def make_reveal(self) -> Reveal:
        other = factories.person(None, None, "moderator")
        return ask_to_reveal(other, self.make_unnamed(), "Somebody else's address is in the text of it.")

    def make_duplicate(self) -> Question:
        return self.make_question()

    def make_merged(self) -> Question:
        champion = factories.person(None, self.sales, "champion")
        made = merge(champion, self.make_question(), factories.question(self.people["employee"]))
        object_to(writer_of(made.question), made)
        return made.question

    def make_linked(self) -> Question:
        champion = factories.person(None, self.sales, "champion")
        return merge(champion, self.make_question(), self.known).question

    def make_picture(self) -> str:
        sent = Recognised("png", b"the bytes of a picture", width=4, height=3)
        made = keep(self.people["author"], sent)
        storing.save(made.token, sent.data)
        return made.token

    def make_answer(self) -> Answer:
        return factories.answer(self.people["author"], self.subject("question", fresh=False))

    def make_comment(self) -> Comment:
        return factories.comment(self.people["author"], self.subject("answer", fresh=False))

    def make_bookmark(self) -> Bookmark:
        return bookmark(self.people["author"], self.subject("question", fresh=False))

    def make_draft(self) -> ReplyDraft:
        kept = reply_drafts.keep(
            self.people["author"],
            self.subject("question", fresh=False),
            "answer",
            f"Ask {now()}",
            seen=Seen(window="w"),
        )
        assert kept is not None
        return kept

    def make_nomination(self) -> Nomination:
        return nominate(self.people["employee"], self.make_answer(), why="Everybody should know.")

    def make_practice(self) -> Practice:
        return factories.practice(self.people["moderator"], self.make_answer())

    def make_gone(self) -> Practice:
        made = self.make_practice()
        retire(self.people["moderator"], made, because="It no longer works.")
        return made

    def make_doubted(self) -> Practice:
        return self.make_practice()

    def make_challenge(self) -> Challenge:
        return challenge(self.people["employee"], self.make_practice(), what="The menu is gone since March.")

    def make_hideable(self) -> Comment:
        return factories.comment(self.people["author"], self.make_question())

    def make_hidden(self) -> Comment:
        return self.make_intervention().post

    def make_intervention(self) -> Any:
        made = self.make_hideable()
        return intervening.hide(factories.person(None, self.sales, "moderator"), made, reason="hurtful")

    def make_conversion(self) -> Conversion:
        made = convert(self.people["moderator"], self.make_hideable())
        return db.session.scalars(select(Conversion).where(Conversion.to_id == made.id)).one()

    def make_suggestion(self) -> Suggestion:
        return suggest(self.people["employee"], self.make_hideable(), {"body": "Is it so?"}, seen=1)

    def make_kept_text(self) -> CannedReason:
        return canned.keep(self.people["moderator"], factories.person().name, "Please leave names out.")

    def make_removed(self) -> Comment:
        made = self.make_comment()
        remove(writer_of(made), made)
        return made

    def make_department(self) -> Department:
        return factories.department()

    def make_tag(self) -> Tag:
        self.subject("question", fresh=False)
        return db.session.scalars(select(Tag)).first() or pytest.fail("no tag")

    def make_synonyms(self) -> SynonymGroup:
        word = words_to_slug(factories.person().name).replace("-", "")
        return keeping.keep(self.people["moderator"], f"{word}, the same as {word}")

    def make_person(self) -> Person:
        return self.people["author"]

    def make_newcomer(self) -> Person:
        return factories.person()

    def make_leaver(self) -> Person:
        made = factories.person()
        made.name = "Lena Bye"
        return made

    def make_session(self) -> Session:
        self.app.test_client().sign_in(self.people["author"])  # type: ignore[attr-defined]
        return db.session.scalars(select(Session).order_by(Session.id.desc())).first() or pytest.fail("no session")

    def make_passkey(self) -> Passkey:
        key = Passkey(
            person_id=self.people["author"].id,
            name="Laptop",
            credential_id=f"key-{factories.person().id}",
            public_key="",
            sign_count=0,
            added_at=now(),
        )
        db.session.add(key)
        db.session.flush()
        return key

    def make_invitation(self) -> str:
        email = f"{factories.person().handle}@elsewhere.example"
        return joining.invite(self.people["administrator"], email=email, department=self.sales)

    def make_waiting(self) -> Invitation:
        return joining.open_invitation(self.make_invitation())

    def make_measure(self) -> str:
        return "confirmed"

    def make_figures(self) -> str:
        return "figures"

    def make_need(self) -> Need:
        return asked_need(self.make_question()) or pytest.fail("no need")

    def make_problem(self) -> Need:
        made = self.make_need()
        made.state = "open_problem"
        return made

    def make_owned(self) -> Need:
        made = self.make_problem()
        made.owner_id = self.people["author"].id
        return made

    def make_check_in(self) -> CheckIn:
        question = self.make_question()
        accept(writer_of(question), factories.answer(self.people["employee"], question))
        need = asked_need(question) or pytest.fail("no need")
        return check_ins.latest_of(need) or pytest.fail("no check-in")

    def make_met_need(self) -> Need:
        check_in = self.make_check_in()
        check_ins.reply(db.session.get_one(Person, check_in.need.person_id), check_in, "resolved")
        return check_in.need

    def make_asking(self) -> AnswerInvitation:
        question = factories.question(self.people["employee"])
        need = asked_need(question) or pytest.fail("no need")
        made = invite_person(need, question, self.people["author"], step="first", reason="You know about this")
        return made or pytest.fail("nobody was invited")

    def make_commitment(self, **given: Any) -> Commitment:
        said = {"occasion": "it rains", "deed": "stay inside", "due_on": now().date() + timedelta(days=1), **given}
        return undertake(said.pop("by", self.people["author"]), self.subject("question", fresh=False), **said)

    def make_done_together(self) -> Commitment:
        made = self.make_commitment(by=self.people["employee"], partner=self.people["author"])
        report(self.people["employee"], made, "kept")
        return made

    def make_experiment(self) -> Commitment:
        said = {"title": "Weigh twice", "expectation": "nothing comes back", "test": "ten parcels"}
        question, due_on = self.subject("question", fresh=False), now().date() + timedelta(days=1)
        return experiment(self.people["author"], question, due_on=due_on, **said).commitment

    def make_tried(self) -> Commitment:
        made = self.make_experiment()
        tried = find_experiment(made.id) or pytest.fail("no experiment")
        tell(self.people["author"], tried, "failed", "One came back.")
        return made

    def make_cause(self) -> Cause:
        author = self.people["author"]
        if not author.is_stakeholder_of(self.sales.id):
            db.session.add(Role(person_id=author.id, name="stakeholder", department_id=self.sales.id, since=now()))
            db.session.flush()
            db.session.expire(author, ["roles"])
        return factories.cause(self.people["employee"], self.make_question(), self.sales)

    def make_cause_link(self) -> CauseLink:
        made = self.make_cause()
        return db.session.scalars(select(CauseLink).where(CauseLink.cause_id == made.id)).one()

    def make_signalled_cause(self) -> Cause:
        made = self.make_cause()
        linking.signal(self.people["moderator"], made, "Somebody may be hurt.")
        return made

    def make_seen_cause(self) -> Cause:
        made = self.make_signalled_cause()
        acknowledge(self.people["author"], made, words="Seen.", next_on=now().date() + timedelta(days=2))
        return made

    def make_planned_cause(self) -> Cause:
        made = self.make_seen_cause()
        day = now().date() + timedelta(days=2)
        plan(self.people["author"], made, words="We mend it.", on=day, co_owner=self.people["employee"])
        return made

    def make_declined_cause(self) -> Cause:
        made = self.make_seen_cause()
        decline(self.people["author"], made, words="It is the law.", instead="Ask for the form.")
        return made

    def make_fixed_cause(self) -> Cause:
        made = self.make_planned_cause()
        claim_fixed(self.people["author"], made, words="Mended.", effect_on=now().date() + timedelta(days=1))
        voice_of(made, self.people["author"]).asked_at = now()
        return made

    def make_blocker(self) -> Blocker:
        return note_blocker(self.people["author"], self.make_commitment(), kind="time", words="There is no hour.")

    def make_key(self) -> Blocker:
        said = {"kind": "rules", "words": "Only Ada may.", "wanted_by": now().date() + timedelta(days=1)}
        made = self.make_commitment(by=self.people["employee"])
        return note_blocker(self.people["employee"], made, holder=self.people["author"], **said)

    def make_thread(self) -> list[Answer]:
        db.session.execute(delete(Introduction))
        given = [factories.answer(self.people["employee"], factories.question(self.people["author"])) for _ in range(3)]
        for each in given:
            accept(self.people["author"], each)
        return given

    def make_introduction(self) -> Introduction:
        made = Introduction(
            asking_id=factories.department().id,
            answering_id=self.sales.id,
            person_id=self.people["author"].id,
            question_id=self.subject("question", fresh=False).id,
            why="knows about labels",
            state="asked",
            by_id=self.people["moderator"].id,
            at=now(),
        )
        db.session.add(made)
        db.session.flush()
        return made

    def make_objective(self) -> Objective:
        due_on = now().date() + timedelta(days=1)
        given = {"title": "Lost parcels", "unit": "a month", "direction": "down", "baseline": "9", "target": "2"}
        return stating.state(self.people["author"], self.sales, due_on=due_on, **given)

    def make_reading(self) -> Reading:
        return stating.enter(self.people["author"], self.make_objective(), value="8", on=now().date())

    def make_story(self, by: str = "employee", witness: str = "author") -> Story:
        given = {"title": "It rained", "tale": "It did.", "outcome": "All was wet.", "went": "badly"}
        who, seen_by = self.people[by], self.people[witness]
        question = self.subject("question", fresh=False)
        return telling.tell(who, question, witness=seen_by, witness_as="concerned", **given)

    def make_own_story(self) -> Story:
        return self.make_story("author", "employee")

    def make_confirmed_story(self) -> Story:
        db.session.execute(update(Story).values(chosen_at=None))  # Three are the most in a quarter.
        made = self.make_story()
        telling.reply(self.people["author"], made, is_true=True)
        return made

    def make_chat(self, host: str = "author") -> Chat:
        soon = now() + timedelta(minutes=10)
        given = {"title": "Rain", "about": "", "questions": "Who is wet?", "starts_at": soon}
        return plan_chat(self.people[host], **given)

    def make_open_chat(self, host: str = "author") -> Chat:
        made = self.make_chat(host)
        running.open_chat(self.people[host], made)
        return made

    def make_closed_chat(self) -> Chat:
        made = self.make_open_chat()
        running.close(self.people["author"], made)
        return made

    def make_turn_in_chat(self) -> ChatTurn:
        return running.take_turn(self.people["author"], self.make_open_chat("witness"), None, "I am.")

    def make_unnamed_turn(self) -> ChatTurn:
        chat = self.make_open_chat("witness")
        return running.take_turn(voice_in(self.people["author"], chat, unnamed=True), chat, None, "I was it.")

    def make_waiting_turn(self) -> ChatTurn:
        made = self.make_turn_in_chat()
        made.held_at = now()
        db.session.flush()
        return made

    def make_request(self) -> Request:
        given = {"title": "a course on rain", "gap": write("Everybody gets wet."), "evidence": "Wet floors."}
        return ask_for(self.people["author"], concerned=[], **given)

    def make_diagnosed(self) -> Request:
        made = self.make_request()
        agreeing.diagnose(self.people["employee"], made, words="There is no umbrella.", posts=[])
        return made

    def make_proposed(self) -> Request:
        made = self.make_diagnosed()
        agreeing.propose(self.people["employee"], made, way="other_way", options=["answer"], words="Buy one.")
        return made

    def make_check(self) -> RequestCheck:
        made = self.make_proposed()
        agreeing.decide(self.people["author"], made, "accepted")
        ask_whether_it_helped.run(RequestTimer(request_id=made.id))
        return db.session.scalars(select(RequestCheck).where(RequestCheck.request_id == made.id)).one()

    def make_turn(self) -> PulseInvitation:
        today = now().date()
        number = 1 + (db.session.scalar(select(func.count(PulseRound.id))) or 0)
        begun = PulseRound(number=number, begins_on=today, ends_on=today + timedelta(days=91))
        db.session.add(begun)
        db.session.flush()
        invited = PulseInvitation(
            round_id=begun.id, person_id=self.people["author"].id, is_stakeholder=False, asked_on=today
        )
        db.session.add(invited)
        db.session.flush()
        return invited

    def make_pledge(self) -> Pledge:
        until_on = now().date() + timedelta(days=20)
        return pledge(self.people["author"], hours_a_week=2, purpose="answering", until_on=until_on)

    def make_kept_pledge(self) -> Pledge:
        made = self.make_pledge()
        report_pledge(self.people["author"], made, "kept", "")
        return made

    def make_note(self) -> MonthlyNote:
        note = MonthlyNote(month=date(2026, 5, 1), lines=[], readers=1, sent_at=now())
        return db.session.merge(note)

    def make_handover(self) -> Handover:
        question = factories.question(self.people["employee"])
        return handing_over.offer(self.people["employee"], question, self.people["author"])

    def make_outcome_link(self) -> str:
        check_in = self.make_check_in()
        return token_for(check_in.id, check_in.need.person_id)

    def make_feed_token(self) -> str:
        make_addresses(self.people["author"])
        return token_of(self.people["author"]) or ""

    def make_stop_link(self) -> str:
        mail = Mail(person_id=self.people["author"].id, due_at=now())
        db.session.add(mail)
        db.session.flush()
        return stop_link(mail, EVERYTHING)

    def make_hook(self) -> Hook:
        made = Hook(
            name="Sales",
            host="chat.example",
            sealed_address="",
            sealed_secret="",
            kinds=["question"],
            department_ids=[],
            made_at=now(),
        )
        db.session.add(made)
        db.session.flush()
        return made

    def make_directory_token(self) -> DirectoryToken:
        tokens.make_token(self.people["administrator"], "Entra")
        return db.session.scalars(select(DirectoryToken)).first() or pytest.fail("no token")

    def make_link(self) -> str:
        return joining.let_choose_password(self.people["administrator"], factories.person())

    def address(self, row: Row, *, fresh: bool = False, subject: Any = None) -> str:
        """A real address for a line of the table."""
        if row.about != "-" and subject is None:
            subject = self.subject(row.about, fresh=fresh)
        filled = row.address.replace("<path:filename>", "img/logo.svg")
        filled = re.sub(r"<(token|measure|table)>", str(subject), filled)
        filled = filled.replace("<month>", "2026-05")
        filled = re.sub(r"<token>", str(subject), filled)
        filled = filled.replace("<id>", str(getattr(subject, "id", "")))
        filled = re.sub(r"<id:\w+>", str(getattr(subject, "id", "")), filled)
        return re.sub(r"<(slug|handle)>", lambda found: slug_of(subject, found[1]), filled)

    @cached_property
    def forms(self) -> dict[str, dict[str, Any]]:
        """What is sent to each address; whoever may do it succeeds with it."""
        labels = {"departments": str(self.sales.id), "tags": "labels"}
        return {
            "/ask": {**BODY, **labels, "title": "How do I find the old labels?", "similar_seen": "yes"},
            "/ask/draft": {"title": "How do I find the old labels?", "draft": "a-key"},
            "/questions/<id:id>/edit": {**BODY, **labels, "title": "How do I find the older labels?"},
            "/questions/<id:id>/merge": {"into": str(self.subject("merged", fresh=False).id)},
            "/questions/<id:question_id>/answers": BODY,
            "/known": {"post": str(self.subject("question", fresh=False).id)},
            "/needs/<id:id>/owner": {"owner": str(self.people["employee"].id), "next_on": tomorrow()},
            "/needs/<id:id>/word": {"so_far": "The maker looks into it.", "next_on": tomorrow()},
            "/check-ins/<id:id>": {"outcome": "resolved"},
            "/check-ins/<id:id>/day": {"day": tomorrow()},
            "/posts/<id:id>/commitments/new": {"occasion": "it rains", "deed": "stay inside", "due_on": tomorrow()},
            "/commitments/<id:id>/report": {"state": "kept"},
            "/commitments/<id:id>/blockers/new": {"kind": "time", "words": "There is no hour.", "key": "mine"},
            "/posts/<id:id>/experiments/new": {
                "title": "Weigh twice",
                "expectation": "nothing comes back",
                "test": "ten parcels",
                "due_on": tomorrow(),
            },
            "/posts/<id:id>/causes": {"cause": str(self.subject("cause", fresh=False).id)},
            "/posts/<id:id>/causes/new": {
                "title": "Old labels are printed again",
                "body": "Since March.",
                "department_id": str(self.sales.id),
            },
            "/causes/<id:id>/edit": {**BODY, "title": "Old labels are printed once more"},
            "/chat-turns/<id:id>/reveal": {"reason": "Somebody else's address is in the text of it."},
            "/posts/<id:id>/reveal": {"reason": "Somebody else's address is in the text of it."},
            "/causes/<id:id>/stopped": {"stopped": "yes"},
            "/causes/<id:id>/quotes": {"whom": str(self.people["author"].id), "words": "I found nothing about it."},
            "/causes/<id:id>/acknowledgement": {"words": "Seen.", "next_on": tomorrow()},
            "/causes/<id:id>/plan": {
                "words": "We mend it.",
                "on": tomorrow(),
                "co_owner": self.people["employee"].handle,
            },
            "/causes/<id:id>/refusal": {"words": "It is the law.", "instead": "Ask for the form."},
            "/causes/<id:id>/fix": {"words": "Mended.", "effect_on": tomorrow()},
            "/causes/<id:id>/delegate": {"delegate": ""},
            "/causes/<id:id>/signal": {"why": "Somebody may be hurt."},
            "/causes/<id:id>/doubt": {"why": "It is not."},
            "/experiments/<id:id>/result": {"result": "failed", "word": "One came back."},
            "/blockers/<id:id>/reply": {"reply": "opened"},
            "/impact/reach/invitations": {"department": self.sales.slug},
            **dict.fromkeys(("/impact/silos/introductions", "/impact/silos/introductions/refusal"), self.second),
            "/impact/silos/introductions/<id:id>/reply": {"state": "agreed"},
            "/impact/links/<id:id>": {"verdict": "right", "target": str(self.known.id)},
            "/impact/note": {"words": "They missed what nobody asks."},
            "/objectives/new": {
                "department": str(self.sales.id),
                "title": "Lost parcels",
                "unit": "a month",
                "direction": "down",
                "baseline": "9",
                "target": "2",
                "due_on": tomorrow(),
            },
            "/objectives/<id:id>/readings/new": {"value": "8", "on": now().date().isoformat()},
            "/readings/<id:id>/correction": {"value": "7", "on": now().date().isoformat(), "note": "A slip."},
            "/posts/<id:id>/objective": {"objective": "0"},
            "/posts/<id:id>/stories/new": {
                "title": "It rained",
                "tale": "It did.",
                "outcome": "All was wet.",
                "went": "badly",
                "witness": f"@{self.people['witness'].handle}",
                "witness_as": "concerned",
            },
            "/stories/<id:id>": {"is_true": "yes"},
            "/chats/new": {
                "title": "Rain",
                "questions": "Who is wet?",
                "starts_at": f"{tomorrow()}T10:00",
                "tags": "labels",
            },
            "/chats/<id:id>/coming": {"comes": "1"},
            "/chats/<id:id>/steps": {"step": "close"},
            "/chats/<id:id>/questions": {"words": "Who is dry?"},
            "/chats/<id:id>/turns": {"words": "I am."},
            "/chats/<id:id>/summary": {"body": "All were wet.", "version": "1"},
            "/chat-turns/<id:id>/striking": {"because": "It names somebody."},
            "/requests/new": {"title": "a course on rain", "body": "Everybody gets wet.", "evidence": "Wet floors."},
            "/requests/<id:id>/diagnosis": {"words": "There is no umbrella."},
            "/requests/<id:id>/proposal": {"way": "other_way", "options": "answer", "words": "Buy one."},
            "/requests/<id:id>/decision": {"reply": "accepted"},
            "/request-checks/<id:id>": {"reply": "yes"},
            "/pulse": {"item_1": "4"},
            "/team/pledges/new": {"hours_a_week": "2", "purpose": "answering", "until_on": tomorrow()},
            "/team/requests/new": {
                "kind": "time",
                "words": "An hour with you.",
                "holder": f"@{self.holder.handle}",
                "wanted_by": tomorrow(),
            },
            "/pledges/<id:id>/report": {"state": "kept"},
            "/notes/<month>/rating": {"rating": "yes"},
            "/did-it-work/<token>": {"outcome": "resolved"},
            "/answers/<id:id>/edit": BODY,
            "/comments/<id:id>/edit": BODY,
            "/posts/<id:id>/vote": {"value": "1"},
            "/posts/<id:id>/comments": BODY,
            "/posts/<id:id>/bookmark": {"when": "tomorrow"},
            "/posts/<id:id>/draft": {"body": "Ask the person who did it.", "draft_window": "w"},
            "/posts/<id:id>/rollback": {"number": "1"},
            "/posts/<id:id>/promotion": {**PRACTICE, **self.care},
            "/answers/<id:id>/nomination": {"why": "Everybody should know."},
            "/practices/<id:id>/validation": {"verdict": "works"},
            "/nominations/<id:id>/refusal": {"reason": "unproved", "words": "Let two more try it."},
            "/preview": BODY,
            "/policy-reports": POLICY_REPORT,
            "/synonyms": {"words": "quokka, yard kangaroo"},
            "/synonyms/<id:id>/edit": {"words": "wombat, digger"},
            "/practices/<id:id>/edit": PRACTICE,
            "/practices/<id:id>/use": {"outcome": "resolved"},
            "/practices/<id:id>/trial": {"day": ""},
            "/practices/<id:id>/adaptation": {**PRACTICE, **self.care},
            "/practices/<id:id>/care": self.care,
            "/practices/<id:id>/retirement": {"reason": "It no longer works.", "successor": "0"},
            "/practices/queue": {"act": "ask", "practice": "1"},
            "/posts/<id:id>/challenge": {"what": "The menu is gone since March."},
            "/challenges/<id:id>/reply": {"outcome": "right", "reply": "It moved to Tools."},
            "/posts/<id:id>/flag": {"reason": "hurtful"},
            "/posts/<id:id>/hiding": {"reason": "hurtful"},
            "/posts/<id:id>/locking": {"reason": "heated"},
            "/posts/<id:id>/state": BODY,
            "/posts/<id:id>/suggestion": {"body": "Ask whoever did it before.", "version": "1"},
            "/suggestions/<id:id>/acceptance": {"version": "1"},
            "/suggestions/<id:id>/refusal": {"word": "It is right as it stands."},
            "/questions/<id:id>/labels": {**labels, "version": "1"},
            "/moderation": {"act": "dismiss", "case": "1"},
            "/moderation/reasons": {"title": "Names", "words": "Please leave names out."},
            "/tags/<slug>": {"description": "What is stuck on parcels."},
            "/follows": {"kind": "person", "id": str(self.people["author"].id), "on": "1"},
            **{address: {"level": "muted"} for address in LEVELS},
            "/settings/profile": {"name": "Somebody Else"},
            "/settings/looks": {"theme": "dark"},
            "/settings/hours": HOURS,
            "/settings/away": {"until": tomorrow()},
            "/arrival": HOURS,
            "/admin/departments/<id:id>/hours": HOURS,
            "/admin/departments/<id:id>/timers": {"silence_blocked": "0.5", "a_day": "1"},
            "/admin/people/<id:id>": {"department": str(self.finance.id)},
            "/admin/people/<id:id>/erasure": {"typed": "Lena Bye"},
            "/admin/invitations": {"email": "new@elsewhere.example", "department": str(self.sales.id)},
            "/admin/departments": {"name": "Logistics"},
            "/admin/departments/<id:id>": {"name": "Deliveries"},
            "/admin/organisation": {"name": "Southwick"},
            "/admin/system/clock": {"by": "1 day"},
            "/admin/directory/tokens": {"name": "Entra"},
            "/join/<token>": {"name": "New Colleague", "password": PASSWORD},
            "/new-password/<token>": {"password": PASSWORD},
        }

    @property
    def care(self) -> dict[str, str]:
        """Who looks after a practice."""
        owner = self.people["author"].id
        return {"owner": str(owner), "departments": str(self.sales.id), "tags": "", "review_pace": "slow"}

    @property
    def second(self) -> dict[str, str]:
        """Whoever is proposed beside the employee, of the same department: the first by name of those who gave none."""
        pair = {"asking": str(self.sales.id), "answering": str(self.finance.id)}
        return {**pair, "person": str(self.people["administrator"].id)}

    def send(self, row: Row, role: str, address: str, **how: Any) -> Any:
        """The answer to a request by somebody with that role."""
        given = {"method": row.method, "data": self.forms.get(row.address), **how}
        if row.address == "/attachments":  # A file is read once, so each request has its own.
            given["data"] = {"file": (BytesIO(b"Turn it twice."), "a.txt")}
        return self.browser(role).open(address, buffered=True, **given)


# What an author wrote without a name, and the kinds of subjects that are made of it.
UNNAMED = {
    "question",
    "duplicate",
    "merged",
    "answer",
    "comment",
    "removed",
    "hideable",
    "hidden",
    "intervention",
    "conversion",
    "suggestion",
    "need",
    "met_need",
    "check_in",
}


class UnnamedWorld(World):
    """The same people and things, but whatever the author writes in it is written without a name."""

    def unnamed_in(self, page: Post) -> Person:
        """As whom the author speaks on a page."""
        return voice_in(self.people["author"], page, unnamed=True)

    def make_question(self) -> Question:
        return factories.question(self.people["author"], tags="labels", unnamed=True)

    def make_answer(self) -> Answer:
        question = self.subject("question", fresh=False)
        return factories.answer(self.unnamed_in(question), question)

    def make_comment(self) -> Comment:
        answer = self.subject("answer", fresh=False)
        return factories.comment(self.unnamed_in(answer.question), answer)

    def make_hideable(self) -> Comment:
        question = self.make_question()
        return factories.comment(self.unnamed_in(question), question)


def writer_of(post: Post) -> Person:
    """Whoever wrote it, as whoever they wrote it."""
    return db.session.get_one(Person, post.author_id)


def tomorrow() -> str:
    """A day to come, as forms send it."""
    return (now() + timedelta(days=1)).date().isoformat()


def slug_of(subject: Any, kind: str) -> str:
    """The part of an address that is made of words."""
    if isinstance(subject, Question | Practice | Cause):
        return words_to_slug(subject.title)
    return str(getattr(subject, kind))


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


def snapshot(*but: str) -> dict[str, list[Any]]:
    """Every row of every table but those that count and keep what somebody was refused, and the tables named `but`."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in db.metadata.sorted_tables
            if table.name not in ("audit", "rate_count", *but)
        }


def test_every_address_stands_in_the_table(app: Flask) -> None:
    rules = {(method, rule.rule) for rule in app.url_map.iter_rules() for method in (rule.methods or set())}
    known = {(row.method, row.address) for row in ROWS}
    assert {rule for rule in rules if rule[0] not in ("HEAD", "OPTIONS")} == known


@pytest.mark.parametrize("role", ROLES)
def test_everybody_gets_what_the_table_says(world: World, role: str) -> None:
    wrong: list[str] = []
    for row in ROWS:
        expected = row.expected[role]
        answer = world.send(row, role, world.address(row, fresh=row.method == "POST" and expected < 400))
        if answer.status_code != expected:
            wrong.append(f"{row.method} {row.address}: {answer.status_code} instead of {expected}")
        if role in ("stranger", "left") and expected == 302 and row.address != "/welcome":
            assert answer.location.startswith("/sign-in"), row.address
    assert wrong == []


@pytest.mark.parametrize("role", [role for role in ROLES if role not in ("stranger", "left")])
def test_who_wrote_without_a_name_may_what_an_author_may_and_nobody_else_may_more(app: Flask, role: str) -> None:
    """Also by the statuses nobody else tells the two apart: they get what they get from somebody with a name."""
    world, wrong = UnnamedWorld(app), []
    for row in (row for row in ROWS if row.about in UNNAMED):
        expected = row.expected[role]
        subject = world.subject(row.about, fresh=row.method == "POST" and expected < 400)
        answer = world.send(row, role, world.address(row, subject=subject))
        if answer.status_code != expected:
            wrong.append(f"{row.method} {row.address}: {answer.status_code} instead of {expected}")
    assert wrong == []


def test_only_what_is_marked_public_is_open_to_strangers(app: Flask) -> None:
    assert {name for name, view in app.view_functions.items() if is_public(view)} == PUBLIC


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"])
def test_a_stranger_gets_no_page_by_any_method(app: Flask, world: World, method: str) -> None:
    open_to_all = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint in PUBLIC | {"static"}}
    seen = []
    for row in ROWS:
        answer = world.send(row, "stranger", world.address(row), method=method)
        turned_away = answer.status_code in (401, 404, 405) or str(answer.location).startswith("/sign-in")
        if row.address not in open_to_all and not turned_away:
            seen.append(f"{method} {row.address}: {answer.status_code}")
    hold("A stranger gets nothing but the way to sign in.", seen)


def without_token(window: Browser) -> dict[str, str]:
    return {}


def of_another_session(window: Browser) -> dict[str, str]:
    other: Browser = window.application.test_client()  # type: ignore[assignment]
    with other.session_transaction() as session:
        session["csrf_token"] = "of another session"
    return {"X-CSRFToken": other.csrf_token()}


def made_up(window: Browser) -> dict[str, str]:
    return {"X-CSRFToken": "made up"}


@pytest.mark.parametrize("token", [without_token, of_another_session, made_up])
@pytest.mark.parametrize("role", ["administrator", "stranger"])
def test_nothing_is_changed_without_the_token_of_the_session(
    world: World, role: str, token: Callable[[Browser], dict[str, str]]
) -> None:
    addresses = [(row, world.address(row)) for row in UNSAFE]
    window = world.browser(role)
    window.csrf_token()  # The session has a token; it is only not sent.
    window.sends_token = False
    before = snapshot()
    statuses = {
        row.address: world.send(row, role, address, headers=token(window)).status_code for row, address in addresses
    }
    assert {address for address, status in statuses.items() if status != 400} == set()
    assert snapshot() == before


def test_a_form_of_another_kind_needs_the_token_too(world: World) -> None:
    window = world.browser("administrator")
    window.sends_token = False
    for kind in ("text/plain", "application/json", "multipart/form-data; boundary=x"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = window.open("/settings/looks", method=method, data='{"theme": "dark"}', content_type=kind)
            assert answer.status_code in (400, 405), (kind, method)


# What a browser says of a form that a page of another site sent, with the cookie and even with the right token.
FROM_ELSEWHERE = {
    "a page of another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "another host of the organisation": {"Sec-Fetch-Site": "same-site"},
    "a browser that says only where from": {"Origin": "https://evil.example"},
    "a frame that hides where from": {"Origin": "null"},
    "a name that only begins like ours": {"Origin": "http://localhost.evil.example"},
}


@pytest.mark.parametrize("said", FROM_ELSEWHERE.values(), ids=FROM_ELSEWHERE.keys())
def test_no_page_of_another_site_changes_anything_even_with_the_token(world: World, said: dict[str, str]) -> None:
    addresses = [(row, world.address(row)) for row in ROWS if row.method == "POST"]
    world.browser("administrator")
    before = snapshot()
    answers = {
        row.address: world.send(row, "administrator", address, headers=said).status_code for row, address in addresses
    }
    assert {address: status for address, status in answers.items() if status != 403} == {}
    assert snapshot() == before


def test_a_page_of_ours_and_a_programme_that_is_no_browser_may_send_forms(world: World) -> None:
    for said in ({}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}):
        assert world.browser("employee").post("/preview", data=BODY, headers=said).status_code == 200, said
    assert world.browser("employee").get("/", headers=FROM_ELSEWHERE["a page of another site"]).status_code == 200


@pytest.mark.parametrize("role", ["stranger", "left", "administrator"])
def test_no_other_method_is_a_way_around_the_table(world: World, role: str) -> None:
    """HEAD is what GET is, OPTIONS tells nothing and does nothing, and the rest is refused."""
    addresses = {row.address: world.address(row) for row in ROWS}
    gets = {row.address: row.expected[role] for row in ROWS if row.method == "GET"}
    window = world.browser(role)
    db.session.commit()
    indexing.rebuild(lambda _done: None)
    before = snapshot()
    wrong = []
    for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"):
        for rule, address in addresses.items():
            answer = window.open(address, method=method, data=world.forms.get(rule), buffered=True)
            allowed = {302, 400, 401, 404, 405}  # 302: to the sign-in
            if method == "HEAD" and rule in gets:
                allowed = {gets[rule]}
            elif method == "HEAD":
                allowed.add(301)  # What only a POST has may look like a title after a number, and leads to the page.
            elif method == "OPTIONS":
                allowed.add(200)
            if answer.status_code not in allowed or (answer.status_code == 200 and FILLING in answer.text):
                wrong.append(f"{method} {rule}: {answer.status_code}")
    assert wrong == []
    assert snapshot() == before


@pytest.mark.parametrize("role", ["moderator", "administrator"])
def test_looking_changes_nothing(world: World, role: str) -> None:
    addresses = [(row, world.address(row)) for row in ROWS if row.method == "GET"]
    world.browser(role)
    indexing.rebuild(lambda _done: None)  # A search that finds no index asks for one, which is a change.
    before = snapshot("read_mark")  # Up to where somebody has read is what looking is for.
    for row, address in addresses:
        for headers in ({}, {"HX-Request": "true"}):
            assert world.send(row, role, address, headers=headers).status_code == row.expected[role], row.address
    assert snapshot("read_mark") == before


ABSENT = 2_000_000_000


@pytest.mark.parametrize("role", ["employee", "author", "moderator"])
def test_what_was_removed_answers_like_what_never_was(world: World, role: str) -> None:
    removed = {about: world.subject(about, fresh=True) for about in ("comment", "answer", "question", "practice")}
    for post in removed.values():
        remove(world.people["moderator"], post)
    assert told_apart(world, role, removed) == []


@pytest.mark.parametrize("role", ["employee", "author", "moderator"])
def test_what_stands_under_something_removed_answers_like_what_never_was(world: World, role: str) -> None:
    under = {about: world.subject(about, fresh=True) for about in ("question", "answer", "comment")}
    remove(world.people["moderator"], under["question"])
    assert told_apart(world, role, under) == []


def told_apart(world: World, role: str, removed: dict[str, Post]) -> list[str]:
    """Every address at which something removed does not answer like something that never was."""
    different = []
    for row in (row for row in ROWS if row.about in removed):
        post = removed[row.about]
        gone = world.send(row, role, world.address(row, subject=post))
        never = world.send(row, role, world.address(row, subject=Nobody(post)))
        if (gone.status_code, words_of(gone)) != (404, words_of(never)):
            different.append(f"{row.method} {row.address}: {gone.status_code}, {never.status_code}")
    return different


class Nobody:
    """Something like a post, of which there is none."""

    def __init__(self, like: Post) -> None:
        self.id = ABSENT
        self.slug = slug_of(like, "slug") if isinstance(like, Question | Practice) else ""


def words_of(answer: Any) -> str:
    """A page without what is different each time."""
    page = re.sub(r'(nonce=|name="csrf_token" value=)"[^"]*"|<code>[0-9a-f]{8}</code>', "", answer.text)
    return re.sub(r"/\d+", "", page)


def test_nobody_ends_the_session_of_somebody_else(world: World) -> None:
    id = world.subject("session", fresh=True).id
    world.browser("employee").post(f"/settings/sessions/{id}/end")
    assert db.session.get(Session, id) is not None
    world.browser("author").post(f"/settings/sessions/{id}/end")
    assert db.session.get(Session, id) is None


def asked_actions() -> Iterator[tuple[str, str]]:
    """Every action that code or a template asks the permission table for: (action, where)."""
    passing_on = {"core.permissions", "core.templating"}  # These are given the name that somebody else asks for.
    for module in (module for name, module in MODULES.items() if name not in passing_on):
        for called, call in module.calls:
            if called in ("require", "allowed"):
                yield str(getattr(call.args[1], "value", "")), module.place(call)
    for template in TEMPLATES.values():
        for action in re.findall(r"allowed\(\s*[\"']([^\"']*)", template.source):
            yield action, f"templates/{template.name}"


def test_every_action_that_is_asked_for_stands_in_the_table() -> None:
    hold(
        "An action is written out where it is asked for, and stands in the table of core/permissions.py.",
        [f"{where} asks for {action!r}" for action, where in asked_actions() if action not in ACTIONS],
    )


def test_every_action_of_the_table_is_required_by_code() -> None:
    required = {action for action, where in asked_actions() if not where.startswith("templates/")}
    hold("Nothing requires it, so it protects nothing.", ACTIONS.keys() - required)
