"""Error bases, named by what the caller does next."""


class UserError(Exception):
    """A mistake the person can mend; the message says how."""


class RetryableError(Exception):
    """Trying the same thing again later may well succeed."""


class NotFoundError(Exception):
    """The id names nothing that this user has; trying again changes nothing."""


class ConflictError(Exception):
    """Somebody or something else has decided this meanwhile; look again before you act."""
