//! `ContactService`.

use sluice_proto::v1::{self, contact_service_server::ContactService};

use super::service;
use crate::grpc::convert::contact;

service! { ContactService:
    change create_contact(CreateContactRequest) -> CreateContactResponse { contact } by contact::create;
    change update_contact(UpdateContactRequest) -> UpdateContactResponse { contact } by contact::update;
    get get_contact(GetContactRequest) -> GetContactResponse { contact };
    list list_contacts(ListContactsRequest) -> ListContactsResponse { contacts };
}
