"""What only the search index and the files follow."""

from __future__ import annotations

from forum.core.events import Event
from forum.core.jobs import Listener
from forum.departments.labelling import DepartmentRenamed
from forum.exchange.events import PostsImported
from forum.privacy.erasing import PersonErased, wipe_files
from forum.search.indexing import IndexFellBehind, build_index, index_department, index_erased, index_imported
from forum.search.vector_jobs import MeaningSwitched, begin_vectors

SUBSCRIPTIONS: dict[type[Event], list[Listener]] = {
    DepartmentRenamed: [index_department],
    PostsImported: [index_imported],
    PersonErased: [index_erased, wipe_files],
    IndexFellBehind: [build_index],
    MeaningSwitched: [begin_vectors],
}
